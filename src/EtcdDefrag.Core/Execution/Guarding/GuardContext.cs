using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution.Guarding;

/// <summary>What the guards look at before a step.</summary>
/// <param name="Snapshot">The whole cluster, a moment ago.</param>
/// <param name="Health">The verdict on it.</param>
internal sealed record GuardContext(ClusterSnapshot Snapshot, EtcdClusterHealth Health)
{
    /// <summary>The ids of the members that are still to be defragmented.</summary>
    public IReadOnlyList<string> PendingIds { get; init; } = [];

    /// <summary>Addresses that do not stand for one member, one sentence each.</summary>
    public IReadOnlyList<string> IdentityProblems { get; init; } = [];

    /// <summary>Members that would refuse what a run needs, one sentence each.</summary>
    public IReadOnlyList<string> AccessProblems { get; init; } = [];

    /// <summary>Members whose disk was full in an earlier run, without any proof of room since, one sentence each.</summary>
    public IReadOnlyList<string> DiskProblems { get; init; } = [];

    /// <summary>Whether the caller has consented to the pause of a cluster of one or two voters.</summary>
    public bool AllowsSmallCluster { get; init; }

    /// <summary>How far a voter may be behind, in raft entries.</summary>
    public ulong MaxRaftLag { get; init; } = RaftLagRecheck.DefaultLimit;

    /// <summary>The members that are still to be defragmented. A learner is not: it is skipped.</summary>
    public IEnumerable<MemberObservation> Pending =>
        Snapshot.Members.Where(m => !m.IsLearner && m.MemberId is { } id && PendingIds.Contains(id));
}
