using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Maintenance;

/// <summary>A leader that is to hand leadership over.</summary>
internal sealed record LeaderMoveRequest(IReadOnlyList<EtcdEndpoint> Endpoints)
{
    /// <summary>The receiver's name, id or address; null for the voter that is furthest ahead.</summary>
    public string? To { get; init; }

    /// <summary>Members that are not chosen: in a run those whose own turn is to come, since leadership would have to move again.</summary>
    public IReadOnlyList<string> ExcludedIds { get; init; } = [];

    /// <summary>How far the receiver may be behind, in raft entries.</summary>
    public ulong MaxRaftLag { get; init; } = RaftLagRecheck.DefaultLimit;
}

/// <summary>Who hands leadership over to whom; the receiver is the leader where nothing is to be done.</summary>
internal sealed record LeaderMovePlan(ClusterSnapshot Snapshot, MemberObservation Leader, MemberObservation Receiver)
{
    public bool IsNeeded => Leader.MemberId != Receiver.MemberId;

    /// <summary>Chooses the receiver. Pure.</summary>
    /// <exception cref="MaintenanceException">There is no single leader, or no member that can follow it.</exception>
    public static LeaderMovePlan Create(ClusterSnapshot snapshot, LeaderMoveRequest request)
    {
        var leader = FindLeader(snapshot);
        return new LeaderMovePlan(
            snapshot, leader, request.To is { } to ? FindNamed(snapshot, leader, to, request) : Choose(snapshot, leader, request));
    }

    /// <summary>Why a member cannot lead; null for one that can.</summary>
    public static string? FindFault(MemberObservation member, ulong maxRaftLag) => member switch
    {
        { IsLearner: true } => "it is a learner, and has no vote",
        { Status: null } => "it gives no status",
        { ReadFailure: not null } => "it answers no reads",
        { Metrics.IsDefragmenting: true } => "it is being defragmented, and would not respond",
        { Status.RaftLag: var lag } when lag > maxRaftLag => $"it is {lag} raft entries behind, more than {maxRaftLag}",
        _ => null,
    };

    /// <summary>What it gives when it is carried out in a given time.</summary>
    public EtcdLeaderMove ToResult(TimeSpan duration) => new()
    {
        ClusterId = Leader.Status!.ClusterId,
        Endpoint = Receiver.Endpoint,
        LeaderId = Receiver.MemberId!,
        Name = Receiver.Member?.Name ?? "",
        PreviousLeaderId = Leader.MemberId!,
        PreviousName = Leader.Member?.Name ?? "",
        Duration = duration,
        Connection = Leader.Status.Connection,
    };

    private static MemberObservation FindLeader(ClusterSnapshot snapshot)
    {
        if (!snapshot.Statuses.Any())
        {
            throw MaintenanceException.NoAnswer(snapshot);
        }

        var id = snapshot.LeaderId;
        return snapshot.Members.FirstOrDefault(m => id is not null && m.MemberId == id && m.Status is not null)
            ?? throw new MaintenanceException(
                id is null ? "The members do not agree on a leader, or know none." : $"The leader {id} does not answer.",
                "Wait for the election to end and look at the network between the members.");
    }

    private static MemberObservation Choose(ClusterSnapshot snapshot, MemberObservation leader, LeaderMoveRequest request) =>
        snapshot.Voters
            .Where(m => m.MemberId != leader.MemberId && !request.ExcludedIds.Contains(m.MemberId))
            .Where(m => FindFault(m, request.MaxRaftLag) is null)
            .MaxBy(m => m.Status!.RaftAppliedIndex)
        ?? throw new MaintenanceException(
            request.ExcludedIds.Count == 0
                ? "No other voter is healthy and up to date."
                : "No other voter is healthy, up to date and without a turn of its own to come.",
            "See Test-EtcdClusterHealth (etcd-defrag health), and bring another voter back first.");

    private static MemberObservation FindNamed(ClusterSnapshot snapshot, MemberObservation leader, string to, LeaderMoveRequest request)
    {
        var named = snapshot.Members.Where(m => IsNamed(m, to)).ToArray();
        if (named is not [var receiver])
        {
            var members = string.Join(", ", snapshot.Members.Select(m => m.Member?.Name is { Length: > 0 } name ? name : m.DisplayName));
            throw new MaintenanceException(
                $"'{DisplayText.Value(EtcdEndpoint.Redact(to))}' is {(named.Length == 0 ? "no member" : "more than one member")} of this cluster; its members are {members}.",
                "Give a member's name, its id or an address of it.");
        }

        return receiver.MemberId == leader.MemberId || FindFault(receiver, request.MaxRaftLag) is not { } fault
            ? receiver
            : throw new MaintenanceException(
                $"{receiver.DisplayName} cannot lead: {fault}.",
                "Name another voter, or none: then the one that is furthest ahead is chosen.");
    }

    private static bool IsNamed(MemberObservation member, string to) =>
        (member.MemberId is { } id && MemberIdText.Names(to, id))
        || string.Equals(member.Member?.Name, to, StringComparison.Ordinal)
        || string.Equals(member.Endpoint, to, StringComparison.OrdinalIgnoreCase);
}
