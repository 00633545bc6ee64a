using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Policy;

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
    /// <param name="isWanted">Whether a member was asked for at all.</param>
    /// <param name="options">What to judge by; null for every member.</param>
    /// <exception cref="RuleEvaluationException">The policy's rule asks for something that is not known of a member.</exception>
    public static IReadOnlyList<EtcdDefragStep> Plan(
        ClusterSnapshot snapshot, Func<EtcdMemberStatus, bool> isWanted, PlanOptions? options = null) =>
        snapshot.Statuses
            .DistinctBy(s => s.MemberId)
            .Where(isWanted)
            .Select(s => QuotaKnowledge.Assume(s, options?.QuotaBytes))
            .OrderBy(s => s.IsLeader)
            .ThenByDescending(s => s.Alarms.Contains(EtcdAlarmType.NoSpace))
            .ThenByDescending(s => s.DbSizeFree)
            .Select((s, index) => ToStep(s, index + 1, options, snapshot))
            .ToArray();

    private static EtcdDefragStep ToStep(EtcdMemberStatus status, int order, PlanOptions? options, ClusterSnapshot snapshot)
    {
        var sinceLastRun = snapshot.TakenAt - options?.LastRuns?.GetValueOrDefault(status.MemberId);
        var isNoSpaceArmed = snapshot.Alarms.Any(a => a.AlarmType == EtcdAlarmType.NoSpace);
        var verdict = Judge(status, options?.Policy, sinceLastRun, isNoSpaceArmed);
        return new EtcdDefragStep
        {
            Order = order,
            Endpoint = status.Endpoint,
            Address = status.Address,
            MemberId = status.MemberId,
            Name = status.Name,
            Action = verdict.IsMatch ? EtcdDefragAction.Defragment : EtcdDefragAction.Skip,
            Reason = verdict.Reason,
            Warning = verdict.Warning,
            IsLeader = status.IsLeader,
            DbSize = status.DbSize,
            DbSizeInUse = status.DbSizeInUse,
            Connection = status.Connection,
        };
    }

    private static PolicyVerdict Judge(EtcdMemberStatus status, EtcdDefragPolicy? policy, TimeSpan? sinceLastRun, bool isNoSpaceArmed) =>
        status.IsLearner ? new(false, "A learner is still being brought up to date; defragment it once it votes.")
        : policy is null ? new(true, status.IsLeader ? "The leader comes last." : "A follower.")
        : policy.Judge(status, sinceLastRun, isNoSpaceArmed);
}

/// <summary>What a plan is judged by.</summary>
public sealed record PlanOptions
{
    /// <summary>When a defragmentation is worth its pause; null for always.</summary>
    public EtcdDefragPolicy? Policy { get; init; }

    /// <summary>The members' quota by the user's word, in bytes; it counts where neither status nor metrics say it.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>When members were defragmented last, by member id, as far as the caller knows; null for nothing known.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset?>? LastRuns { get; init; }
}
