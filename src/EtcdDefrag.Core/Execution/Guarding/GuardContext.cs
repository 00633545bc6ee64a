using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution.Guarding;

/// <summary>What the guards look at: the whole cluster a moment ago, the verdict on its health, and what was found out besides.</summary>
internal sealed record GuardContext(ClusterSnapshot Snapshot, EtcdClusterHealth Health)
{
    /// <summary>The ids of the members that are still to be defragmented.</summary>
    public IReadOnlyList<string> PendingIds { get; init; } = [];

    /// <summary>Addresses that do not lead to one member, one sentence each.</summary>
    public IReadOnlyList<string> IdentityProblems { get; init; } = [];

    /// <summary>Members that would refuse what a run needs, one sentence each.</summary>
    public IReadOnlyList<string> AccessProblems { get; init; } = [];

    /// <summary>Members whose disk was full in an earlier run, without any proof of room since, one sentence each.</summary>
    public IReadOnlyList<string> DiskProblems { get; init; } = [];

    /// <inheritdoc cref="DefragRequest.AllowSmallCluster"/>
    public bool AllowsSmallCluster { get; init; }

    /// <inheritdoc cref="DefragRequest.MaxRaftLag"/>
    public ulong MaxRaftLag { get; init; } = RaftLagRecheck.DefaultLimit;

    /// <summary>The members that are still to be defragmented. A learner is not: it is skipped.</summary>
    public IEnumerable<MemberObservation> Pending =>
        Snapshot.Members.Where(m => !m.IsLearner && m.MemberId is { } id && PendingIds.Contains(id));
}
