using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What a run is asked to do.</summary>
internal sealed record DefragRequest
{
    public const double DefaultDisarmThreshold = DisarmRequest.DefaultMaxQuotaUsage;

    /// <summary>Endpoints of one cluster, at least one. Health is judged over the whole cluster whichever are named.</summary>
    public required IReadOnlyList<EtcdEndpoint> Endpoints { get; init; }

    /// <summary>Whether every member is to be defragmented, or only those that <see cref="Endpoints"/> name.</summary>
    public bool WholeCluster { get; init; }

    /// <summary>Whether only the named members are asked, and the rest, which cannot be reached from here, count as healthy.</summary>
    public bool NamedMembersOnly { get; init; }

    /// <summary>How many revisions of history a compaction before the first step keeps; null for no compaction.</summary>
    public long? CompactionRetain { get; init; }

    public TimeSpan? CompactionTimeout { get; init; }

    /// <summary>Below which part of its quota every member has to be for NOSPACE to be cleared after a success; null to leave it.</summary>
    public double? DisarmBelow { get; init; }

    /// <summary>Whether the compaction and the alarms are only reported; the observer declines the steps itself.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>What decides whether a member is worth its pause; by default every member is.</summary>
    public PlanOptions Plan { get; init; } = new();

    /// <summary>Whether to go on with the next member after one has failed, if the guards hold again.</summary>
    public bool ContinueOnError { get; init; }

    public bool MoveLeader { get; init; }

    public bool Force { get; init; }

    /// <summary>Whether to go on in a cluster of one or two voters, whose users notice the pause; it overrides no other guard.</summary>
    public bool AllowSmallCluster { get; init; }

    /// <summary>Whether to run without the lock in etcd that keeps two runs apart; for users who may not write keys.</summary>
    public bool NoLock { get; init; }

    /// <summary>Whether to put the keys by which a run can begin in NOSPACE, also where nothing is to be defragmented.</summary>
    public bool PreparesForNoSpace { get; init; }

    /// <summary>How long to wait for the answer to one Defragment; null for a time that depends on the bytes in use.</summary>
    public TimeSpan? DefragmentTimeout { get; init; }

    /// <summary>How long to watch a member whose answer did not come; null for a time that depends on the bytes in use.</summary>
    public TimeSpan? ObservationTimeout { get; init; }

    public ulong MaxRaftLag { get; init; } = RaftLagRecheck.DefaultLimit;

    public TimeSpan Pause { get; init; }

    /// <summary>How long the cluster may take to be healthy again after a step.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
