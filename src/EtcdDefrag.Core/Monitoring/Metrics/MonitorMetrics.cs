using System.Diagnostics.Metrics;

namespace EtcdDefrag.Monitoring.Metrics;

/// <summary>
/// What a monitor knows, as instruments of System.Diagnostics.Metrics. It learns from the monitor's events alone. Instruments are read
/// when somebody asks for them; a monitor that nobody watches pays nothing.
/// </summary>
internal sealed class MonitorMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "EtcdDefrag";

    private readonly object _gate = new();
    private readonly Dictionary<string, ClusterMetrics> _clusters = new(StringComparer.Ordinal);
    private bool _isEnabled = true;
    private bool _isConfigurationValid = true;

    /// <summary>Makes a meter with its instruments. Every monitor has one of its own.</summary>
    public MonitorMetrics()
    {
        Meter = new Meter(MeterName);
        AddMonitor();
        AddClusters();
        AddMembers();
        AddDefragmentations();
    }

    /// <summary>The meter, by which a listener tells this monitor from others of the same process.</summary>
    public Meter Meter { get; }

    /// <summary>Learns from an event. Safe to call while instruments are read.</summary>
    /// <param name="happened">The event; each is given once, in the monitor's order.</param>
    public void Observe(MonitorEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case ConfigurationInForce inForce:
                    _isConfigurationValid = true;
                    Expect(inForce.Clusters);
                    break;
                case ConfigurationUnchanged:
                    _isConfigurationValid = true;
                    break;
                case ConfigurationRefused or ConfigurationMissing:
                    _isConfigurationValid = false;
                    break;
                case MonitorDisabled or MonitorEnabled:
                    _isEnabled = happened is MonitorEnabled;
                    break;
                case ClusterEvent { Cluster: var name }:
                    MetricsOf(name).Observe((ClusterEvent)happened);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private void AddMonitor()
    {
        Add("monitor.enabled", "", "Whether the configuration in force has the monitor turned on.", () => [new(_isEnabled ? 1 : 0)]);
        Add(
            "configuration.valid",
            "",
            "Whether the configuration file, as it is now, is the one in force; 0 when it cannot be used or is gone.",
            () => [new(_isConfigurationValid ? 1 : 0)]);
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
        AddMember("member.db.quota_usage", "1", "The part of the quota that the file fills; 1 and more is NOSPACE.", m => m.Status?.DbQuotaUsage);
    }

    private void AddDefragmentations()
    {
        AddMember(
            "member.last_defragmentation.timestamp", "s", "When the member was defragmented last, in seconds since 1970.", m => Seconds(m.LastDefragmentation?.StartedAt));
        AddMember("member.last_defragmentation.duration", "s", "How long the member's last defragmentation took.", m => m.LastDefragmentation?.Duration.TotalSeconds);
        AddCounter("reclaimed", "By", "Bytes that defragmentations have reclaimed.", () => Clusters(c => c.Members(m => m.Reclaimed)));
        AddCounter("defragmentations", "{defragmentation}", "Defragmentations, by how they ended.", () => Clusters(c => c.Defragmentations()));
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

    private IEnumerable<Measurement<double>> Clusters(Func<ClusterMetrics, IEnumerable<Measurement<double>>> read) => _clusters.Values.SelectMany(read);

    /// <summary>What is watched from now on; what is known of a cluster by its name stays known, as it does in the monitor.</summary>
    private void Expect(IReadOnlyList<string> names)
    {
        foreach (var gone in _clusters.Keys.Except(names, StringComparer.Ordinal).ToArray())
        {
            _clusters.Remove(gone);
        }

        foreach (var name in names)
        {
            MetricsOf(name).NextCheck = null;
        }
    }

    private ClusterMetrics MetricsOf(string cluster)
    {
        if (!_clusters.TryGetValue(cluster, out var metrics))
        {
            _clusters[cluster] = metrics = new ClusterMetrics(cluster);
        }

        return metrics;
    }

    private static double? Seconds(DateTimeOffset? moment) => moment?.ToUnixTimeMilliseconds() / 1000.0;
}
