using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// Whether the monitor is alive, and whether it is ready. A monitor that is turned off is ready: it does what its configuration says.
/// </summary>
internal sealed class MonitorReadiness
{
    private readonly object _gate = new();
    private readonly SortedSet<string> _degraded = new(StringComparer.Ordinal);
    private bool _isInForce;
    private bool _hasStopped;

    /// <summary>Whether the loop is at work; asked from any thread.</summary>
    public Func<bool> IsAtWork { private get; set; } = () => true;

    public void Observe(MonitorEvent monitorEvent)
    {
        lock (_gate)
        {
            switch (monitorEvent)
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

    /// <summary>Why the loop is not alive; null if it is.</summary>
    public string? WhyNotAlive()
    {
        lock (_gate)
        {
            return _hasStopped ? "The monitor has stopped." : IsAtWork() ? null : "The monitor's loop gives no sign of life.";
        }
    }

    /// <summary>Why the loop is not alive, or no configuration is in force, or a cluster is degraded; null if all is well.</summary>
    public string? WhyNotReady()
    {
        lock (_gate)
        {
            return WhyNotAlive() ?? (!_isInForce ? "No configuration is in force yet."
                : _degraded.Count > 0 ? $"Degraded: {string.Join(", ", _degraded)}."
                : null);
        }
    }
}
