using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Monitoring.Telling;

/// <summary>What there is to tell of a guarded run. How the run as a whole ended is the round's end, and told there.</summary>
internal static class RunTelling
{
    public static IReadOnlyList<EtcdMonitorEvent> Tell(RunHappened run) => run.Event is StepFinished { Result: var result }
        ? [Tell(run, result), .. result.Warnings.Select(w => Warn(run, result, w))]
        : TellOne(run) is { } told ? [told] : [];

    private static EtcdMonitorEvent? TellOne(RunHappened run) => run.Event switch
    {
        ClusterInspected { Health: var health } => Make(
            run, EtcdMonitorLevel.Debug, $"{health.HealthyVoterCount} of {TellingText.Count(health.VoterCount, "voter is", "voters are")} healthy; the quorum is {health.Quorum}."),
        RunWarned { Warning: var warning } => Make(run, EtcdMonitorLevel.Warning, warning.Text) with { Reason = warning.Rule, Endpoint = warning.Endpoint },
        RunPlanned planned when planned.Steps.Any(s => s.Action == EtcdDefragAction.Defragment) => Make(
            run, EtcdMonitorLevel.Debug, $"To be defragmented, in this order: {string.Join(", ", planned.Steps.Where(s => s.Action == EtcdDefragAction.Defragment).Select(Member))}."),
        StepStarting { Step: var step } => Of(step, Make(
            run, EtcdMonitorLevel.Debug, $"{Member(step)} is next: it will not answer for about {TellingText.Duration(step.EstimatedPause)}, and needs {TellingText.Size(step.DiskBytesNeeded)} of free disk space.")),
        LeaderMoved moved => Of(moved.Step, Make(run, EtcdMonitorLevel.Information, $"{Member(moved.Step)} handed leadership over to member {moved.NewLeaderId}.")),
        DefragmentationStarted started => Of(started.Step, Make(
            run, EtcdMonitorLevel.Information, $"Defragmenting {Member(started.Step)}; waiting up to {TellingText.Duration(started.Deadline)} for its answer.")),
        Observing observing => Of(observing.Step, Make(
            run, EtcdMonitorLevel.Warning, $"{Member(observing.Step)} has not answered and carries on by itself; watching it for up to {TellingText.Duration(observing.Limit)}. {observing.Failure.Message}")) with
        {
            Reason = observing.Failure.Message,
        },
        WaitingForHealthy settling => Make(
            run, EtcdMonitorLevel.Debug, $"Waiting for the cluster to be healthy again{(settling.Pause > TimeSpan.Zero ? $", after a pause of {TellingText.Duration(settling.Pause)}" : "")}."),
        HealthyAgain settled => Make(run, EtcdMonitorLevel.Debug, $"The cluster is healthy again, {TellingText.Duration(settled.Took)} after the last member.") with { Duration = settled.Took },
        AlarmDisarmed { Disarm: { WasDisarmed: true } disarm } => Make(
            run, EtcdMonitorLevel.Information, $"The NOSPACE alarm of member {disarm.MemberId} was cleared.") with { MemberId = disarm.MemberId },
        AlarmDisarmed { Disarm: var disarm } => Make(
            run, EtcdMonitorLevel.Warning, $"The NOSPACE alarm of member {disarm.MemberId} was not cleared. {disarm.Reason}") with
        {
            MemberId = disarm.MemberId,
            Reason = disarm.Reason,
        },
        AlarmsKept { NoneArmed: false } kept => Make(
            run, EtcdMonitorLevel.Warning, $"NOSPACE stays armed, and the cluster takes no writes. {kept.Reason}") with { Reason = kept.Reason },
        _ => null,
    };

    private static EtcdMonitorEvent Tell(RunHappened run, EtcdDefragResult result)
    {
        var member = TellingText.Member(result.Endpoint, result.Name, result.IsLeader);
        var (level, message) = result.Outcome switch
        {
            EtcdDefragOutcome.Defragmented => (EtcdMonitorLevel.Information,
                $"Defragmented {member} in {TellingText.Duration(result.Duration)}: {TellingText.Size(result.DbSizeBefore)} to {TellingText.Size(result.DbSizeAfter)}. {result.Reason}"),
            EtcdDefragOutcome.Skipped => (EtcdMonitorLevel.Debug, $"Left {member} alone. {result.Reason}"),
            EtcdDefragOutcome.NotAttempted => (EtcdMonitorLevel.Information, $"Did not get to {member}. {result.Reason}"),
            EtcdDefragOutcome.Failed => (EtcdMonitorLevel.Warning, $"{member} was not defragmented. {result.Reason}"),
            _ => (EtcdMonitorLevel.Warning, $"The outcome for {member} is unknown. {result.Reason}"),
        };
        return Make(run, level, message.TrimEnd()) with
        {
            Endpoint = result.Endpoint,
            Name = result.Name,
            MemberId = result.MemberId,
            Outcome = result.Outcome,
            DbSizeBefore = result.DbSizeBefore,
            DbSizeInUseBefore = result.DbSizeInUseBefore,
            DbSizeAfter = result.DbSizeAfter,
            BytesReclaimed = result.BytesReclaimed,
            Duration = result.Duration,
            Reason = result.Reason,
        };
    }

    /// <summary>What is worth knowing of a result besides: a restart in the middle, a run without its lock.</summary>
    private static EtcdMonitorEvent Warn(RunHappened run, EtcdDefragResult result, string warning) =>
        Make(run, EtcdMonitorLevel.Warning, $"{TellingText.Member(result.Endpoint, result.Name, result.IsLeader)}: {warning}") with
        {
            Event = "StepWarned",
            Endpoint = result.Endpoint,
            Name = result.Name,
            MemberId = result.MemberId,
            Reason = warning,
        };

    private static string Member(EtcdDefragStep step) => TellingText.Member(step.Endpoint, step.Name, step.IsLeader);

    private static EtcdMonitorEvent Of(EtcdDefragStep step, EtcdMonitorEvent told) => told with
    {
        Endpoint = step.Endpoint,
        Name = step.Name,
        MemberId = step.MemberId,
        DbSizeBefore = step.DbSize,
        DbSizeInUseBefore = step.DbSizeInUse,
    };

    private static EtcdMonitorEvent Make(RunHappened run, EtcdMonitorLevel level, string message) => new()
    {
        At = run.At,
        Level = level,
        Event = run.Event.GetType().Name,
        Cluster = run.Cluster,
        Message = message,
    };
}
