using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Schedule;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring;

/// <summary>What a monitor is to do. The defaults are those of OpenShift's defragmentation controller, where it has the setting.</summary>
internal sealed record MonitorConfiguration
{
    /// <summary>Whether anything is done at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The clusters, at least one; their names differ.</summary>
    public required IReadOnlyList<MonitoredCluster> Clusters { get; init; }

    /// <summary>How many clusters may have their round at the same time, 1 or more. Default 4.</summary>
    public int MaxClustersAtOnce { get; init; } = 4;

    /// <summary>From the end of one check to the next. Default 11 minutes; zero for no check but that on startup.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(11);

    /// <summary>By how many percent of itself the interval may be longer by chance, 0 to 100. Default 10.</summary>
    public int JitterPercentage { get; init; } = 10;

    /// <summary>When a member is worth its pause. Default: 45 % fragmented and 100 MiB, both met or exceeded.</summary>
    public EtcdDefragPolicy Policy { get; init; } = DefaultPolicy;

    /// <summary>The members' storage quota in bytes, for where neither status nor metrics say it.</summary>
    public long? DbQuota { get; init; }

    /// <summary>Whether the first check comes as soon as the cluster is well, instead of an interval after the start.</summary>
    public bool DefragOnStartup { get; init; }

    /// <summary>When members may be defragmented; none means always.</summary>
    public IReadOnlyList<MaintenanceWindow> Windows { get; init; } = [];

    /// <summary>The pause between two members of a cluster. Default 36 s.</summary>
    public TimeSpan PauseBetweenMembers { get; init; } = TimeSpan.FromSeconds(36);

    /// <summary>Whether leadership is handed over before the leader is defragmented.</summary>
    public bool MoveLeader { get; init; }

    /// <summary>Whether a cluster of one or two voters may be defragmented, whose users feel the pause.</summary>
    public bool AllowSmallCluster { get; init; }

    /// <summary>Whether NOSPACE alarms are cleared once every member's file is below <see cref="DisarmThreshold"/>.</summary>
    public bool AutoDisarm { get; init; }

    /// <summary>Up to which part of its quota every member's file may be large for alarms to be cleared, above 0 and below 1. Default 0.9.</summary>
    public double DisarmThreshold { get; init; } = DefragRequest.DefaultDisarmThreshold;

    /// <summary>How many failed rounds in a row are borne before a cluster counts as degraded, 1 or more. Default 3.</summary>
    public int FailureBudget { get; init; } = 3;

    /// <summary>Whether everything is done but the defragmentation itself.</summary>
    public bool DryRun { get; init; }

    /// <summary>When a check follows.</summary>
    public CheckSchedule Schedule => new(CheckInterval, JitterPercentage, FailureBudget);

    /// <summary>The policy that holds where none is given.</summary>
    public static EtcdDefragPolicy DefaultPolicy { get; } =
        PolicyPresets.Find("OpenShift") ?? throw new InvalidOperationException("The preset OpenShift is missing.");

    /// <summary>Whether another configuration says the same, however it is written.</summary>
    internal bool IsSameAs(MonitorConfiguration other) =>
        (this with { Clusters = other.Clusters, Windows = other.Windows, Policy = other.Policy }) == other
        && AreSame(Clusters, other.Clusters, (a, b) => (a with { Endpoints = b.Endpoints }) == b && a.Endpoints.SequenceEqual(b.Endpoints))
        && AreSame(Windows, other.Windows, (a, b) => (a with { Days = b.Days }) == b && a.Days.Order().SequenceEqual(b.Days.Order()))
        && (Policy with { Rule = null }) == (other.Policy with { Rule = null })
        && Policy.Rule?.Text == other.Policy.Rule?.Text;

    /// <summary>
    /// Whether a policy asks for something that a defragmentation changes: a rule, a trigger, or bytes to reclaim. By one that does not,
    /// every member would be defragmented at every check for ever.
    /// </summary>
    /// <param name="policy">The policy.</param>
    public static bool CanBeSatisfied(EtcdDefragPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy is { Rule: not null } or { MaxFragmentedPercentage: not null } or { MaxQuotaUsagePercentage: not null } or { MinReclaimable: > 0 };
    }

    private static bool AreSame<T>(IReadOnlyList<T> some, IReadOnlyList<T> others, Func<T, T, bool> same) =>
        some.Count == others.Count && some.Zip(others, same).All(s => s);
}

/// <summary>A cluster that is watched.</summary>
internal sealed record MonitoredCluster
{
    /// <summary>Its name, for events; what is known of a cluster is kept by it when the configuration changes.</summary>
    public required string Name { get; init; }

    /// <summary>At least one of its endpoints; the other members are found.</summary>
    public required IReadOnlyList<EtcdEndpoint> Endpoints { get; init; }

    /// <summary>How its members are spoken to, read anew for every round.</summary>
    public MonitorConnection Connection { get; init; } = new();

    /// <summary>How its members are spoken to, read already; null for what <see cref="Connection"/> says.</summary>
    public EtcdConnectionOptions? Options { get; init; }

    /// <summary>How its members are spoken to now.</summary>
    /// <exception cref="EtcdSettingException">A file or a variable of <see cref="Connection"/> cannot be used.</exception>
    public EtcdConnectionOptions ToOptions() => Options ?? Connection.ToOptions();
}
