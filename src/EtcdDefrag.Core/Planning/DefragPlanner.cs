using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Planning;

/// <summary>What a plan is judged by.</summary>
internal sealed record PlanOptions
{
    /// <summary>When a defragmentation is worth its pause; null for always.</summary>
    public EtcdDefragPolicy? Policy { get; init; }

    /// <summary>The members' quota as given by the user, in bytes; it counts where neither status nor metrics say it.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>When members were last defragmented, by member id, as far as the caller knows.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset?>? LastRuns { get; init; }
}

/// <summary>
/// Orders members for defragmentation. Pure: <c>-WhatIf</c>, a dry run and the real run call the same function, so that a dry run cannot
/// differ.
/// </summary>
internal static class DefragPlanner
{
    /// <summary>
    /// Plans the members that answered. Learners and those that the policy does not match are skipped; of the others, members with a
    /// NOSPACE alarm come first, then those with the most to reclaim, and the leader last.
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
            .Select((s, index) => ToStep(s, index + 1, Judge(s, options, snapshot)))
            .ToArray();

    private static PolicyVerdict Judge(EtcdMemberStatus status, PlanOptions? options, ClusterSnapshot snapshot)
    {
        var sinceLastRun = snapshot.TakenAt - options?.LastRuns?.GetValueOrDefault(status.MemberId);
        var isNoSpaceArmed = snapshot.Alarms.Any(a => a.AlarmType == EtcdAlarmType.NoSpace);
        return status.IsLearner ? new(false, "A learner is still being brought up to date; defragment it once it votes.")
            : options?.Policy?.Judge(status, sinceLastRun, isNoSpaceArmed)
            ?? new(true, status.IsLeader ? "The leader comes last." : "A follower.");
    }

    private static EtcdDefragStep ToStep(EtcdMemberStatus status, int order, PolicyVerdict verdict) => new()
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
