using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Schedule;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring;

/// <summary>What a monitor does; docs/monitoring.md describes each setting. Defaults are OpenShift's where it has the setting.</summary>
internal sealed record MonitorConfiguration
{
    public bool Enabled { get; init; } = true;

    /// <summary>At least one; their names differ.</summary>
    public required IReadOnlyList<MonitoredCluster> Clusters { get; init; }

    public int MaxClustersAtOnce { get; init; } = 4;

    /// <summary>From the end of one check to the next; zero for no check but the one on startup.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(11);

    public int JitterPercentage { get; init; } = 10;

    public EtcdDefragPolicy Policy { get; init; } = DefaultPolicy;

    /// <summary>The quota in bytes of members that do not report it.</summary>
    public long? DbQuota { get; init; }

    /// <summary>Whether the first check begins as soon as the cluster is healthy, instead of an interval after the start.</summary>
    public bool DefragOnStartup { get; init; }

    /// <summary>When members may be defragmented; none means always.</summary>
    public IReadOnlyList<MaintenanceWindow> Windows { get; init; } = [];

    public TimeSpan PauseBetweenMembers { get; init; } = TimeSpan.FromSeconds(36);

    public bool MoveLeader { get; init; }

    public bool AllowSmallCluster { get; init; }

    public bool AutoDisarm { get; init; }

    public double DisarmThreshold { get; init; } = DefragRequest.DefaultDisarmThreshold;

    public int FailureBudget { get; init; } = 3;

    public bool DryRun { get; init; }

    public CheckSchedule Schedule => new(CheckInterval, JitterPercentage, FailureBudget);

    public static EtcdDefragPolicy DefaultPolicy { get; } =
        PolicyPresets.Find("OpenShift") ?? throw new InvalidOperationException("The preset OpenShift is missing.");

    /// <summary>Whether another configuration means the same, however it is written.</summary>
    public bool IsSameAs(MonitorConfiguration other) =>
        (this with { Clusters = other.Clusters, Windows = other.Windows, Policy = other.Policy }) == other
        && AreSame(Clusters, other.Clusters, (a, b) => (a with { Endpoints = b.Endpoints }) == b && a.Endpoints.SequenceEqual(b.Endpoints))
        && AreSame(Windows, other.Windows, (a, b) => (a with { Days = b.Days }) == b && a.Days.Order().SequenceEqual(b.Days.Order()))
        && (Policy with { Rule = null }) == (other.Policy with { Rule = null })
        && Policy.Rule?.Text == other.Policy.Rule?.Text;

    /// <summary>
    /// Whether a policy has a condition that a defragmentation changes: a rule, a trigger, or bytes to reclaim. Without one, every
    /// member would be defragmented at every check for ever.
    /// </summary>
    public static bool CanBeSatisfied(EtcdDefragPolicy policy) =>
        policy.Rule is not null || policy.MaxFragmentedPercentage is not null || policy.MaxQuotaUsagePercentage is not null || policy.MinReclaimable > 0;

    private static bool AreSame<T>(IReadOnlyList<T> some, IReadOnlyList<T> others, Func<T, T, bool> same) =>
        some.Count == others.Count && some.Zip(others, same).All(s => s);
}

internal sealed record MonitoredCluster
{
    /// <summary>Its name in events; what is known of a cluster is kept by it when the configuration changes.</summary>
    public required string Name { get; init; }

    /// <summary>At least one; the other members are discovered.</summary>
    public required IReadOnlyList<EtcdEndpoint> Endpoints { get; init; }

    /// <summary>How to connect, read again for every round.</summary>
    public MonitorConnection Connection { get; init; } = new();

    /// <summary>How to connect if that was read before, as by a cmdlet; takes the place of <see cref="Connection"/>.</summary>
    public EtcdConnectionOptions? Options { get; init; }

    /// <exception cref="EtcdSettingException">A file or a variable of <see cref="Connection"/> cannot be used.</exception>
    public EtcdConnectionOptions ToOptions() => Options ?? Connection.ToOptions();
}
