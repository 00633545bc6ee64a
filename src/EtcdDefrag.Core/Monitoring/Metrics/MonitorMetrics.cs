using System.Diagnostics.Metrics;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Monitoring.Metrics;

/// <summary>
/// The state of a monitor as observable instruments of System.Diagnostics.Metrics, fed by its events alone. Instruments are evaluated
/// when they are read. docs/monitoring.md describes them.
/// </summary>
internal sealed class MonitorMetrics : IDisposable
{
    public const string MeterName = "EtcdDefrag";

    private readonly object _gate = new();
    private readonly Dictionary<string, ClusterMetrics> _clusters = new(StringComparer.Ordinal);
    private bool _isEnabled = true;
    private bool _isConfigurationValid = true;

    public MonitorMetrics()
    {
        Meter = new Meter(MeterName);
        AddMonitor();
        AddClusters();
        AddMembers();
        AddDefragmentations();
    }

    /// <summary>Each monitor has its own meter, so that a listener can tell the monitors of one process apart.</summary>
    public Meter Meter { get; }

    /// <summary>Takes the next event. Safe to call while instruments are read.</summary>
    public void Observe(MonitorEvent monitorEvent)
    {
        lock (_gate)
        {
            switch (monitorEvent)
            {
                case ConfigurationInForce inForce:
                    _isConfigurationValid = true;
                    SetClusters(inForce.Clusters);
                    break;
                case ConfigurationUnchanged:
                    _isConfigurationValid = true;
                    break;
                case ConfigurationRefused or ConfigurationMissing:
                    _isConfigurationValid = false;
                    break;
                case MonitorDisabled or MonitorEnabled:
                    _isEnabled = monitorEvent is MonitorEnabled;
                    break;
                case ClusterEvent clusterEvent:
                    GetOrAdd(clusterEvent.Cluster).Observe(clusterEvent);
                    break;
            }
        }
    }

    public void Dispose() => Meter.Dispose();

    private void AddMonitor()
    {
        const string Valid = "Whether the configuration file, as it is now, is the one in force; 0 when it cannot be used or is gone.";
        Add("monitor.enabled", "", "Whether the configuration in force has the monitor turned on.", () => [new(_isEnabled ? 1 : 0)]);
        Add("configuration.valid", "", Valid, () => [new(_isConfigurationValid ? 1 : 0)]);
    }

    private void AddClusters()
    {
        AddCluster("cluster.degraded", "", "Whether the failure budget is used up.", c => c.IsDegraded ? 1 : 0);
        AddCluster("next_check.timestamp", "s", "When the next check is due, in seconds since 1970.", c => Seconds(c.NextCheck));
        AddCluster("last_round.timestamp", "s", "When the last round ended, in seconds since 1970.", c => Seconds(c.LastRound?.At));
        AddCluster("last_round.duration", "s", "How long the last round took.", c => c.LastRound?.Took.TotalSeconds);
        Add("last_round.result", "", "How the last round ended: 1 for its result, 0 for the others.", () => Clusters(c => c.LastResult()));
        AddCounter("rounds", "{round}", "Rounds, by how they ended.", () => Clusters(c => c.Rounds()));
    }

    private void AddMembers()
    {
        AddMember("member.db.size", "By", "The size of the member's database file.", m => m.Status?.DbSize);
        AddMember("member.db.in_use", "By", "The live bytes in the member's database file.", m => m.Status?.DbSizeInUse);
        AddMember("member.fragmented", "1", "The free part of the member's database file, 0 to 1.", m => m.Status?.FragmentedRatio);
        const string Quota = "The part of the quota that the file fills; 1 and more is NOSPACE.";
        AddMember("member.db.quota_usage", "1", Quota, m => m.Status?.DbQuotaUsage);
    }

    private void AddDefragmentations()
    {
        const string Last = "member.last_defragmentation";
        const string When = "When the member was defragmented last, in seconds since 1970.";
        AddMember($"{Last}.timestamp", "s", When, m => Seconds(m.LastResult?.StartedAt));
        AddMember($"{Last}.duration", "s", "How long the member's last defragmentation took.", m => m.LastResult?.Duration.TotalSeconds);
        AddCounter("reclaimed", "By", "Bytes that defragmentations have reclaimed.", () => Clusters(c => c.Members(m => m.Reclaimed)));
        AddCounter("defragmentations", "{defragmentation}", "Defragmentations, by outcome.", () => Clusters(c => c.Defragmentations()));
    }

    private void AddCluster(string name, string unit, string description, Func<ClusterMetrics, double?> read) =>
        Add(name, unit, description, () => Clusters(c => read(c) is { } value ? [new(value, c.Label)] : []));

    private void AddMember(string name, string unit, string description, Func<MemberMetrics, double?> read) =>
        Add(name, unit, description, () => Clusters(c => c.Members(read)));

    private void Add(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) =>
        Meter.CreateObservableGauge($"etcd_defrag.{name}", () => Locked(read), unit, description);

    private void AddCounter(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) =>
        Meter.CreateObservableCounter($"etcd_defrag.{name}", () => Locked(read), unit, description);

    private Measurement<double>[] Locked(Func<IEnumerable<Measurement<double>>> read)
    {
        lock (_gate)
        {
            return [.. read()];
        }
    }

    private IEnumerable<Measurement<double>> Clusters(Func<ClusterMetrics, IEnumerable<Measurement<double>>> read) =>
        _clusters.Values.SelectMany(read);

    /// <summary>Keeps what is known of a cluster by its name, as the monitor does.</summary>
    private void SetClusters(IReadOnlyList<string> names)
    {
        foreach (var gone in _clusters.Keys.Except(names, StringComparer.Ordinal).ToArray())
        {
            _clusters.Remove(gone);
        }

        foreach (var name in names)
        {
            GetOrAdd(name).NextCheck = null;
        }
    }

    private ClusterMetrics GetOrAdd(string cluster)
    {
        if (!_clusters.TryGetValue(cluster, out var metrics))
        {
            _clusters[cluster] = metrics = new ClusterMetrics(cluster);
        }

        return metrics;
    }

    private static double? Seconds(DateTimeOffset? moment) => moment?.ToUnixTimeMilliseconds() / 1000.0;
}
