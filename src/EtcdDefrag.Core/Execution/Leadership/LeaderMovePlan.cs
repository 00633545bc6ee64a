using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Execution.Leadership;

/// <summary>Who hands leadership over to whom.</summary>
/// <param name="Leader">The member that leads.</param>
/// <param name="Receiver">The member that is to lead; the same where nothing is to be done.</param>
internal sealed record LeaderMovePlan(MemberObservation Leader, MemberObservation Receiver)
{
    private const string Choose = "Name another voter, or none: then the one that is furthest is taken.";

    /// <summary>Chooses the receiver. Pure: only what the snapshot says counts.</summary>
    /// <param name="context">The whole cluster, a moment ago.</param>
    /// <param name="to">The receiver's name, id or address; null for the voter that is furthest.</param>
    /// <exception cref="LeaderMoveException">There is no single leader, or nobody fit to follow it.</exception>
    public static LeaderMovePlan Of(GuardContext context, string? to)
    {
        ArgumentNullException.ThrowIfNull(context);
        var leader = FindLeader(context);
        if (to is null)
        {
            var best = context.Snapshot.Voters.Where(m => m.MemberId != leader.MemberId && FindFault(context, m) is null).MaxBy(m => m.Status!.RaftAppliedIndex);
            return best is not null
                ? new LeaderMovePlan(leader, best)
                : throw new LeaderMoveException("No other voter is well and up to date.", "See Test-EtcdClusterHealth, and bring another voter back first.");
        }

        var named = context.Snapshot.Members.Where(m => IsNamed(m, to)).ToArray();
        if (named is not [var receiver])
        {
            var known = string.Join(", ", context.Snapshot.Members.Select(m => m.Member?.Name is { Length: > 0 } name ? name : m.DisplayName));
            throw new LeaderMoveException($"'{to}' is {(named.Length == 0 ? "no member" : "more than one member")} of this cluster; its members are {known}.", "Give a member's name, its id or an address of it.");
        }

        return receiver.MemberId == leader.MemberId || FindFault(context, receiver) is not { } fault
            ? new LeaderMovePlan(leader, receiver)
            : throw new LeaderMoveException($"{receiver.DisplayName} cannot lead: {fault}.", Choose);
    }

    private static MemberObservation FindLeader(GuardContext context)
    {
        var id = context.Snapshot.LeaderId;
        return context.Snapshot.Members.FirstOrDefault(m => id is not null && m.MemberId == id && m.Status is not null)
            ?? throw new LeaderMoveException(
                id is null ? "The members do not agree on a leader, or know none." : $"The leader {id} does not answer.",
                "Wait for the election to end and look at the network between the members.");
    }

    private static bool IsNamed(MemberObservation member, string to) =>
        (member.MemberId is { } id && MemberIdText.Names(to, id))
        || string.Equals(member.Member?.Name, to, StringComparison.Ordinal)
        || string.Equals(member.Endpoint, to, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a member cannot lead; null for one that can.</summary>
    internal static string? FindFault(GuardContext context, MemberObservation member) => member switch
    {
        { IsLearner: true } => "it is a learner, and has no vote",
        { Status: null } => "it gives no status",
        { ReadFailure: not null } => "it answers no reads",
        { Metrics.IsDefragmenting: true } => "it is being defragmented, and would answer nobody",
        { Status.RaftLag: var lag } when lag > context.MaxRaftLag => $"it is {lag} raft entries behind, more than {context.MaxRaftLag}",
        _ => null,
    };
}
