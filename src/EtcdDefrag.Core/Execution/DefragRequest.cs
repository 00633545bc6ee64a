using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What a run is asked to do.</summary>
internal sealed record DefragRequest
{
    /// <summary>Endpoints of one cluster, at least one. Health is judged over the whole cluster whichever are named.</summary>
    public required IReadOnlyList<EtcdEndpoint> Endpoints { get; init; }

    /// <summary>Whether every member is to be defragmented, or only those that <see cref="Endpoints"/> name.</summary>
    public bool WholeCluster { get; init; }

    /// <summary>
    /// Whether only the members that <see cref="Endpoints"/> name are asked, and the rest are taken to be well: for clusters of which
    /// only some members can be reached from here. It excludes <see cref="WholeCluster"/>.
    /// </summary>
    public bool NamedMembersOnly { get; init; }

    /// <summary>
    /// How many revisions of history a compaction before the first step keeps; null for no compaction.
    /// </summary>
    public long? CompactionRetain { get; init; }

    /// <summary>How long to wait for the answer to the compaction; null for <see cref="HistoryCompaction.DefaultTimeout"/>.</summary>
    public TimeSpan? CompactionTimeout { get; init; }

    /// <summary>
    /// Up to which part of the quota every member's file may be large for NOSPACE alarms to be cleared after a run in which
    /// everything succeeded, above 0 and below 1; null to leave alarms alone.
    /// </summary>
    public double? DisarmBelow { get; init; }

    /// <summary>What <see cref="DisarmBelow"/> is where alarms are to be cleared and nothing else is said.</summary>
    public const double DefaultDisarmThreshold = 0.9;

    /// <summary>What decides whether a member is worth its pause; by default every member is.</summary>
    public PlanOptions Plan { get; init; } = new();

    /// <summary>Whether to go on with the next member after one has refused, if the guards hold again.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Whether to hand leadership over before the leader is defragmented.</summary>
    public bool MoveLeader { get; init; }

    /// <summary>Whether to go on where a guard that allows it refuses.</summary>
    public bool Force { get; init; }

    /// <summary>Whether to go on in a cluster of one or two voters, whose users feel the pause; unlike force it passes nothing else.</summary>
    public bool AllowSmallCluster { get; init; }

    /// <summary>Whether to go without the lock in etcd that keeps two runs apart; for those who may not write keys.</summary>
    public bool NoLock { get; init; }

    /// <summary>
    /// Whether to see to it, also where nothing is to be defragmented, that a run can begin while NOSPACE is armed: by two keys that can
    /// only be put as long as it is not.
    /// </summary>
    public bool PreparesForNoSpace { get; init; }

    /// <summary>How long to wait for the answer to one Defragment; null for a time that follows the bytes in use.</summary>
    public TimeSpan? DefragmentTimeout { get; init; }

    /// <summary>
    /// How long to watch a member whose answer did not come, before its outcome counts as unknown; null for a time that follows the
    /// bytes in use.
    /// </summary>
    public TimeSpan? ObservationTimeout { get; init; }

    /// <summary>How far a voter may be behind, in raft entries. Default 1000.</summary>
    public ulong MaxRaftLag { get; init; } = RaftLagRecheck.DefaultLimit;

    /// <summary>How long to wait between two members. Default none.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>How long the cluster may take to be well again after a step. Default 60 s.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
