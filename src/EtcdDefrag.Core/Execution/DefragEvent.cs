using EtcdDefrag.Events;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>Something that happened in a run. Events come one after the other, in the order in which things happened.</summary>
internal abstract record DefragEvent(DateTimeOffset At) : DescribedEvent(At);

/// <summary>The whole cluster was inspected, before the first step.</summary>
internal sealed record ClusterInspected(DateTimeOffset At, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At)
{
    private string Voters => $"{Health.HealthyVoterCount} of {Count(Health.VoterCount, "voter is", "voters are")}";

    public override EtcdMonitorEvent[] Describe() => [DebugEntry($"{Voters} healthy; the quorum is {Health.Quorum}.")];
}

/// <summary>Something is a risk and does not stop the run. Each is reported once a run.</summary>
internal sealed record RunWarned(DateTimeOffset At, RunWarning Warning) : DefragEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [WarningEntry(Warning.Text) with { Reason = Warning.Rule, Endpoint = Warning.Endpoint }];
}

/// <summary>The order was decided, or decided again for the rest because the leader has changed. It comes after the guards.</summary>
internal sealed record RunPlanned(DateTimeOffset At, IReadOnlyList<EtcdDefragStep> Steps) : DefragEvent(At)
{
    public override EtcdMonitorEvent[] Describe()
    {
        var due = Steps.Where(s => s.Action == EtcdDefragAction.Defragment).Select(Member).ToArray();
        return due.Length == 0 ? [] : [DebugEntry($"To be defragmented, in this order: {string.Join(", ", due)}.")];
    }
}

/// <summary>A guard refuses: the run does not begin, or does not go on. Snapshot and health are what the guard saw.</summary>
internal sealed record RunRefused(DateTimeOffset At, GuardRefusal Refusal, ClusterSnapshot Snapshot, EtcdClusterHealth Health)
    : DefragEvent(At);

/// <summary>The history is about to be compacted, before the first step; the compaction's outcome is not known yet.</summary>
internal sealed record CompactionStarting(DateTimeOffset At, EtcdCompactionResult Compaction) : DefragEvent(At);

/// <summary>The compaction was sent, and the waiting members are being watched until they have removed the history.</summary>
internal sealed record CompactionObserving(
    DateTimeOffset At, EtcdCompactionResult Compaction, IReadOnlyList<string> Waiting, TimeSpan Limit) : DefragEvent(At);

/// <summary>The compaction has ended. The run goes on, whatever its outcome.</summary>
internal sealed record CompactionFinished(DateTimeOffset At, EtcdCompactionResult Compaction) : DefragEvent(At)
{
    /// <summary>Whether it was not made, because nothing is changed in a dry run.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>It is a member's turn and its guards hold; nothing but questions was sent to it so far.</summary>
internal sealed record StepStarting(DateTimeOffset At, EtcdDefragStep Step, EtcdMemberStatus Status) : DefragEvent(At)
{
    private string Cost => $"for about {Units.Duration(Step.EstimatedPause)}, and needs {Size(Step.DiskBytesNeeded)} of free disk space";

    public override EtcdMonitorEvent[] Describe() => [DebugEntry($"{Member(Step)} is next: it will not answer {Cost}.").Of(Step)];
}

/// <summary>The leader handed its leadership over before its own turn, and the members agree that it did.</summary>
internal sealed record LeaderMoved(DateTimeOffset At, EtcdDefragStep Step, string NewLeaderId) : DefragEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"{Member(Step)} handed leadership over to member {NewLeaderId}.").Of(Step)];
}

/// <summary>The call that defragments the member is being made.</summary>
internal sealed record DefragmentationStarted(DateTimeOffset At, EtcdDefragStep Step, TimeSpan Deadline) : DefragEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"Defragmenting {Member(Step)}; waiting up to {Units.Duration(Deadline)} for its answer.").Of(Step)];
}

/// <summary>No answer came, and the member is being watched until it is known what it did.</summary>
internal sealed record Observing(DateTimeOffset At, EtcdDefragStep Step, Exception Failure, TimeSpan Limit) : DefragEvent(At)
{
    private string Watching => $"has not answered and carries on by itself; watching it for up to {Units.Duration(Limit)}";

    public override EtcdMonitorEvent[] Describe() =>
        [WarningEntry($"{Member(Step)} {Watching}. {Failure.Message}").Of(Step) with { Reason = Failure.Message }];
}

/// <summary>A member's result is final. <paramref name="Status"/> is that afterwards, if known.</summary>
internal sealed record StepFinished(DateTimeOffset At, EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error)
    : DefragEvent(At)
{
    /// <summary>Whether the member was skipped because the observer objected.</summary>
    public bool WasDeclined { get; init; }

    public override EtcdMonitorEvent[] Describe() => [DescribeResult(), .. Result.Warnings.Select(DescribeWarning)];

    private EtcdMonitorEvent DescribeResult()
    {
        var member = Member(Result);
        var sizes = $"{Size(Result.DbSizeBefore)} to {Size(Result.DbSizeAfter)}";
        var entry = Result.Outcome switch
        {
            EtcdDefragOutcome.Defragmented => InformationEntry($"Defragmented {member} in {Units.Duration(Result.Duration)}: {sizes}."),
            EtcdDefragOutcome.Skipped => DebugEntry($"Left {member} alone."),
            EtcdDefragOutcome.NotAttempted => InformationEntry($"Did not get to {member}."),
            EtcdDefragOutcome.Failed => WarningEntry($"{member} was not defragmented."),
            _ => WarningEntry($"The outcome for {member} is unknown."),
        };
        return entry.Of(Result) with
        {
            Message = $"{entry.Message} {Result.Reason}".TrimEnd(),
            Outcome = Result.Outcome,
            DbSizeBefore = Result.DbSizeBefore,
            DbSizeInUseBefore = Result.DbSizeInUseBefore,
            DbSizeAfter = Result.DbSizeAfter,
            BytesReclaimed = Result.BytesReclaimed,
            Duration = Result.Duration,
            Reason = Result.Reason,
        };
    }

    /// <summary>A risk that came with the result, such as a restart in the middle.</summary>
    private EtcdMonitorEvent DescribeWarning(string warning) =>
        WarningEntry($"{Member(Result)}: {warning}").Of(Result) with { Event = "StepWarned", Reason = warning };
}

/// <summary>The next step waits until the cluster is healthy again, and for the pause that was asked for.</summary>
internal sealed record WaitingForHealthy(DateTimeOffset At, TimeSpan Pause, TimeSpan Limit) : DefragEvent(At)
{
    private string AfterPause => Pause > TimeSpan.Zero ? $", after a pause of {Units.Duration(Pause)}" : "";

    public override EtcdMonitorEvent[] Describe() => [DebugEntry($"Waiting for the cluster to be healthy again{AfterPause}.")];
}

/// <summary>The cluster is healthy again and the pause is over.</summary>
internal sealed record HealthyAgain(DateTimeOffset At, TimeSpan Took) : DefragEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [DebugEntry($"The cluster is healthy again, {Units.Duration(Took)} after the last member.") with { Duration = Took }];
}

/// <summary>A NOSPACE alarm was cleared after the last step, or could not be.</summary>
internal sealed record AlarmDisarmed(DateTimeOffset At, EtcdDisarmResult Disarm) : DefragEvent(At)
{
    public override EtcdMonitorEvent[] Describe()
    {
        var alarm = $"The NOSPACE alarm of member {Disarm.MemberId}";
        var entry = Disarm.WasDisarmed
            ? InformationEntry($"{alarm} was cleared.")
            : WarningEntry($"{alarm} was not cleared. {Disarm.Reason}");
        return [entry with { MemberId = Disarm.MemberId, Reason = Disarm.Reason }];
    }
}

/// <summary>The alarms were to be cleared after the last step, and were left as they are.</summary>
internal sealed record AlarmsKept(DateTimeOffset At, string Reason) : DefragEvent(At)
{
    /// <summary>Whether there was no NOSPACE alarm to clear.</summary>
    public bool NoneArmed { get; init; }

    public override EtcdMonitorEvent[] Describe() =>
        NoneArmed ? [] : [WarningEntry($"NOSPACE stays armed, and the cluster takes no writes. {Reason}") with { Reason = Reason }];
}

/// <summary>The run is over.</summary>
internal sealed record RunStopped(DateTimeOffset At, DefragReport Report) : DefragEvent(At);
