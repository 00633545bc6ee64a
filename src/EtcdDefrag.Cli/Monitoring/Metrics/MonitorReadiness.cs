using EtcdDefrag.Monitoring;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// Whether the loop is alive, and whether all is well with what it does. A monitor that is turned off is ready: it does what its
/// configuration says.
/// </summary>
internal sealed class MonitorReadiness
{
    private readonly object _gate = new();
    private readonly SortedSet<string> _degraded = new(StringComparer.Ordinal);
    private bool _isInForce;
    private bool _hasStopped;
    private Func<bool> _isAtWork = () => true;

    /// <summary>Learns from an event.</summary>
    public void Observe(MonitorEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case ConfigurationInForce inForce:
                    _isInForce = true;
                    _degraded.IntersectWith(inForce.Clusters);
                    break;
                case ClusterDegraded degraded:
                    _degraded.Add(degraded.Cluster);
                    break;
                case ClusterRecovered recovered:
                    _degraded.Remove(recovered.Cluster);
                    break;
                case MonitorStopped:
                    _hasStopped = true;
                    break;
            }
        }
    }

    /// <summary>Asks from now on, besides, whether the loop is at work.</summary>
    public void Watch(Func<bool> isAtWork)
    {
        lock (_gate)
        {
            _isAtWork = isAtWork;
        }
    }

    /// <summary>Whether the loop is alive; else why not.</summary>
    public (bool Holds, string Reason) IsAlive()
    {
        lock (_gate)
        {
            return Judge(FindDeath());
        }
    }

    /// <summary>Whether the loop is alive, a configuration is in force and no cluster is degraded; else why not.</summary>
    public (bool Holds, string Reason) IsReady()
    {
        lock (_gate)
        {
            return Judge(FindDeath() switch
            {
                { Length: > 0 } death => death,
                _ when !_isInForce => "No configuration is in force yet.",
                _ when _degraded.Count > 0 => $"Degraded: {string.Join(", ", _degraded)}.",
                _ => "",
            });
        }
    }

    private static (bool Holds, string Reason) Judge(string reason) => (reason.Length == 0, reason);

    private string FindDeath() => _hasStopped ? "The monitor has stopped." : _isAtWork() ? "" : "The monitor's loop gives no sign of life.";
}
