using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Planning;

/// <summary>
/// Puts members into the order in which they are to be defragmented. Pure: <c>-WhatIf</c>, a dry run and the real run call the
/// same function, so that a dry run cannot lie.
/// </summary>
public static class DefragPlanner
{
    /// <summary>
    /// Plans over the members that answered. Learners and those that are not wanted are skipped; of the others, members with a
    /// NOSPACE alarm come first, then those with the most to win, and the leader last of all.
    /// </summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="isWanted">Whether a member is to be defragmented at all.</param>
    public static IReadOnlyList<EtcdDefragStep> Plan(ClusterSnapshot snapshot, Func<EtcdMemberStatus, bool> isWanted) =>
        snapshot.Statuses
            .DistinctBy(s => s.MemberId)
            .Where(isWanted)
            .OrderBy(s => s.IsLeader)
            .ThenByDescending(s => s.Alarms.Contains(EtcdAlarmType.NoSpace))
            .ThenByDescending(s => s.DbSizeFree)
            .Select((s, index) => ToStep(s, index + 1))
            .ToArray();

    private static EtcdDefragStep ToStep(EtcdMemberStatus status, int order)
    {
        var (action, reason) = Decide(status);
        return new EtcdDefragStep
        {
            Order = order,
            Endpoint = status.Endpoint,
            MemberId = status.MemberId,
            Name = status.Name,
            Action = action,
            Reason = reason,
            IsLeader = status.IsLeader,
            DbSize = status.DbSize,
            DbSizeInUse = status.DbSizeInUse,
            Connection = status.Connection,
        };
    }

    private static (EtcdDefragAction Action, string Reason) Decide(EtcdMemberStatus status) => status switch
    {
        { IsLearner: true } => (EtcdDefragAction.Skip, "A learner is still being brought up to date; defragment it once it votes."),
        { IsLeader: true } => (EtcdDefragAction.Defragment, "The leader comes last."),
        _ => (EtcdDefragAction.Defragment, "A follower."),
    };
}
