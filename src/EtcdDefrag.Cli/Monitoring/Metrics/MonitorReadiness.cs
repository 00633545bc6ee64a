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
    private string _ended = "";

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
                    _ended = "The monitor has stopped.";
                    break;
            }
        }
    }

    /// <summary>The loop has ended by a fault.</summary>
    public void Fail()
    {
        lock (_gate)
        {
            _ended = "The monitor has ended by a fault.";
        }
    }

    /// <summary>Whether the loop is alive; else why not.</summary>
    public (bool Holds, string Reason) IsAlive()
    {
        lock (_gate)
        {
            return (_ended.Length == 0, _ended);
        }
    }

    /// <summary>Whether a configuration is in force and no cluster is degraded; else why not.</summary>
    public (bool Holds, string Reason) IsReady()
    {
        lock (_gate)
        {
            var reason = this switch
            {
                { _ended.Length: > 0 } => _ended,
                { _isInForce: false } => "No configuration is in force yet.",
                { _degraded.Count: > 0 } => $"Degraded: {string.Join(", ", _degraded)}.",
                _ => "",
            };
            return (reason.Length == 0, reason);
        }
    }
}
