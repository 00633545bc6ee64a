using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Monitoring.Telling;

/// <summary>
/// Says of every event what it is called, how much it matters and what to tell people, so that every front of the monitor says the
/// same. Pure.
/// </summary>
internal static class MonitorTelling
{
    /// <summary>What there is to tell: as a rule one, of several members or problems one each, and none where another event says it.</summary>
    /// <param name="happened">The event.</param>
    public static IReadOnlyList<EtcdMonitorEvent> Tell(MonitorEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return happened switch
        {
            RunHappened run => RunTelling.Tell(run),
            ClusterJudged judged => [.. judged.Members.Select(m => Tell(judged, m))],
            ConfigurationRefused refused => [.. refused.Problems.Select(p => Tell(refused, p))],
            RoundCompleted ended => [TellEnd(ended)],
            ClusterEvent cluster => [TellCluster(cluster)],
            _ => [TellMonitor(happened)],
        };
    }

    private static EtcdMonitorEvent TellMonitor(MonitorEvent happened) => happened switch
    {
        ConfigurationInForce force => Make(force, EtcdMonitorLevel.Information, SayInForce(force)) with { File = force.File },
        ConfigurationUnchanged same => Make(
            same, EtcdMonitorLevel.Information, $"{same.File} says what is already in force; nothing changes.") with { File = same.File },
        ConfigurationMissing missing => Make(
            missing, EtcdMonitorLevel.Warning, $"{missing.File} is gone; the previous configuration stays in force until it is back.") with { File = missing.File },
        MonitorDisabled => Make(happened, EtcdMonitorLevel.Information, "The configuration turns the monitor off: nothing is checked until it is turned on again."),
        MonitorEnabled => Make(happened, EtcdMonitorLevel.Information, "The configuration turns the monitor on again."),
        MonitorStopping => Make(happened, EtcdMonitorLevel.Information, "Stopping: no further member will be defragmented."),
        MonitorStopped => Make(happened, EtcdMonitorLevel.Information, "Stopped."),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "There is no message for this event."),
    };

    private static EtcdMonitorEvent TellCluster(ClusterEvent happened) => happened switch
    {
        CertificateCheckSkipped => Make(happened, EtcdMonitorLevel.Warning, EtcdConnectionOptions.SkippedCheckWarning),
        CheckScheduled { DueAt: { } due } => Make(happened, EtcdMonitorLevel.Information, $"The next check is due at {TellingText.Time(due)}.") with { DueAt = due },
        CheckScheduled => Make(happened, EtcdMonitorLevel.Information, "No further check is scheduled: the check interval is zero."),
        OutsideWindow { OpensAt: { } opens } => Make(
            happened, EtcdMonitorLevel.Information, $"A check is due, but no maintenance window is open; the next one opens at {TellingText.Time(opens)}.") with { DueAt = opens },
        OutsideWindow => Make(happened, EtcdMonitorLevel.Warning, "A check is due, but no maintenance window opens within the next two weeks."),
        WaitingForCluster waiting => Make(
            waiting, EtcdMonitorLevel.Information, $"The startup check is waiting for the cluster ({waiting.Rule}): {waiting.Reason}") with { Reason = $"{waiting.Rule}: {waiting.Reason}" },
        RoundStarted started => Make(
            started, EtcdMonitorLevel.Information, $"{(started.IsStartup ? "The startup check" : "A check")} has started{(started.IsDryRun ? " as a dry run" : "")}."),
        WindowClosed closed => Make(
            closed, EtcdMonitorLevel.Information, $"Member {closed.MemberId} is due but was left alone: the maintenance window has closed.") with { MemberId = closed.MemberId },
        ClusterDegraded degraded => Make(
            degraded, EtcdMonitorLevel.Error, $"Degraded: {TellingText.Count(degraded.Failures, "round has", "rounds in a row have")} failed; checks will be further apart until one succeeds. {degraded.Reason}") with
        {
            Failures = degraded.Failures,
            Reason = degraded.Reason,
        },
        ClusterRecovered recovered => Make(
            recovered, EtcdMonitorLevel.Information, $"Recovered after {TellingText.Count(recovered.Failures, "failed round", "failed rounds")}.") with { Failures = recovered.Failures },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "There is no message for this event."),
    };

    private static EtcdMonitorEvent TellEnd(RoundCompleted ended)
    {
        var took = TellingText.Duration(ended.Took);
        return ended switch
        {
            RoundSucceeded good => Make(good, EtcdMonitorLevel.Information, SaySuccess(good)) with
            {
                Defragmented = good.Defragmented,
                Due = good.Due,
                BytesReclaimed = good.BytesReclaimed,
            },
            NothingToDo => Make(ended, EtcdMonitorLevel.Information, $"No member was due. The check took {took}.") with { Defragmented = 0, Due = 0 },

            // What the budget bears is a warning; that it is used up is said as an error once, and each failure after that is one.
            RoundFailed failed => Make(
                failed, failed.Failures > failed.Budget ? EtcdMonitorLevel.Error : EtcdMonitorLevel.Warning, $"The check failed: failed round {failed.Failures} in a row; the budget is {failed.Budget}. {failed.Reason}") with
            {
                Failures = failed.Failures,
                Reason = failed.Reason,
            },
            RoundPostponed postponed => TellPostponed(postponed),
            RoundInterrupted => Make(ended, EtcdMonitorLevel.Information, $"The check was interrupted after {took} by a stop or a new configuration."),
            _ => throw new ArgumentOutOfRangeException(nameof(ended), ended, "There is no message for this event."),
        } with
        { Duration = ended.Took };
    }

    /// <summary>Another run is soon over; a lock that is held round after round keeps the cluster from ever being defragmented.</summary>
    private static EtcdMonitorEvent TellPostponed(RoundPostponed postponed)
    {
        var isLasting = postponed.Postponements >= postponed.Budget;
        var count = isLasting ? $" This is check {postponed.Postponements} in a row." : "";
        return Make(postponed, isLasting ? EtcdMonitorLevel.Warning : EtcdMonitorLevel.Information, $"The check is postponed to the next one.{count} {postponed.Reason}") with
        {
            Reason = postponed.Reason,
        };
    }

    private static EtcdMonitorEvent Tell(ClusterJudged judged, MemberJudgement member) => Make(
        judged,
        EtcdMonitorLevel.Information,
        $"{TellingText.Member(member.Endpoint, member.Name, member.IsLeader)}, {TellingText.Size(member.DbSizeInUse)} of {TellingText.Size(member.DbSize)} in use: {(member.IsDue ? "due" : "not due")}. {member.Reason}".TrimEnd()) with
    {
        Event = "MemberJudged",
        Endpoint = member.Endpoint,
        Name = member.Name,
        MemberId = member.MemberId,
        IsDue = member.IsDue,
        DbSizeBefore = member.DbSize,
        DbSizeInUseBefore = member.DbSizeInUse,
        Reason = member.Reason,
    };

    private static EtcdMonitorEvent Tell(ConfigurationRefused refused, ConfigurationProblem problem) =>
        Make(refused, EtcdMonitorLevel.Error, $"{problem} (The previous configuration stays in force.)") with
        {
            File = problem.File,
            Line = problem.Line > 0 ? problem.Line : null,
            Reason = problem.Key.Length > 0 ? $"{problem.Key}: {problem.Reason}" : problem.Reason,
        };

    private static string SayInForce(ConfigurationInForce force)
    {
        var clusters = $"{TellingText.Count(force.Clusters.Count, "cluster", "clusters")}: {string.Join(", ", force.Clusters)}.";
        return (force.File.Length == 0 ? "Watching " : $"{force.File} {(force.IsReload ? "has been reloaded" : "is in force")}: watching ") + clusters;
    }

    private static string SaySuccess(RoundSucceeded good)
    {
        var what = $"{good.Defragmented} of {TellingText.Count(good.Due, "due member", "due members")}";
        return $"Defragmented {what} in {TellingText.Duration(good.Took)} and reclaimed {TellingText.Size(good.BytesReclaimed)}.";
    }

    /// <summary>The event's name is its type's: what docs/monitoring.md calls it.</summary>
    private static EtcdMonitorEvent Make(MonitorEvent happened, EtcdMonitorLevel level, string message) => new()
    {
        At = happened.At,
        Level = level,
        Event = happened.GetType().Name,
        Cluster = happened is ClusterEvent { Cluster: var cluster } ? cluster : "",
        Message = message,
    };
}
