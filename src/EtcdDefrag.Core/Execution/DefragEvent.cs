using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>Something that happened in a run. Events come one after the other, in the order in which things happened.</summary>
/// <param name="At">When.</param>
public abstract record DefragEvent(DateTimeOffset At);

/// <summary>The whole cluster was inspected, before the first step.</summary>
internal sealed record ClusterInspected(DateTimeOffset At, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At);

/// <summary>A risk that does not stop the run. Each comes once in a run.</summary>
internal sealed record RunWarned(DateTimeOffset At, RunWarning Warning) : DefragEvent(At);

/// <summary>The order was decided, or decided again for what is left because the leader has changed. It comes after the guards.</summary>
internal sealed record RunPlanned(DateTimeOffset At, IReadOnlyList<EtcdDefragStep> Steps) : DefragEvent(At);

/// <summary>The run does not begin, or does not go on; with what the guard saw.</summary>
internal sealed record RunRefused(
    DateTimeOffset At, GuardRefusal Refusal, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At);

/// <summary>The history is about to be compacted, before the first step; the outcome is not known yet.</summary>
internal sealed record CompactionStarting(DateTimeOffset At, EtcdCompactionResult Compaction) : DefragEvent(At);

/// <summary>The compaction was sent, and members are being watched until they have removed the history from their databases.</summary>
internal sealed record CompactionObserving(
    DateTimeOffset At, EtcdCompactionResult Compaction, IReadOnlyList<string> Waiting, TimeSpan Limit) : DefragEvent(At);

/// <summary>The compaction has ended. The run goes on unless members have not removed the history in time.</summary>
internal sealed record CompactionFinished(DateTimeOffset At, EtcdCompactionResult Compaction) : DefragEvent(At);

/// <summary>A member's turn has come and the guards hold; nothing was sent to it yet but questions.</summary>
internal sealed record StepStarting(DateTimeOffset At, EtcdDefragStep Step, EtcdMemberStatus Status) : DefragEvent(At);

/// <summary>The leader handed leadership over before its own turn, and the members agree that it did.</summary>
internal sealed record LeaderMoved(DateTimeOffset At, EtcdDefragStep Step, string NewLeaderId) : DefragEvent(At);

/// <summary>Defragment is being called now.</summary>
internal sealed record DefragmentationStarted(DateTimeOffset At, EtcdDefragStep Step, TimeSpan Deadline) : DefragEvent(At);

/// <summary>The answer did not come, and the member is being watched until it is known what it did.</summary>
internal sealed record Observing(DateTimeOffset At, EtcdDefragStep Step, Exception Failure, TimeSpan Limit) : DefragEvent(At);

/// <summary>A member's result is final; with its status afterwards and the original failure, where there are such.</summary>
internal sealed record StepFinished(
    DateTimeOffset At, EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error) : DefragEvent(At)
{
    /// <summary>Whether the member was skipped because the observer objected.</summary>
    public bool WasDeclined { get; init; }
}

/// <summary>The next step waits for the pause, and then until the cluster is healthy again.</summary>
internal sealed record WaitingForHealthy(DateTimeOffset At, TimeSpan Pause, TimeSpan Limit) : DefragEvent(At);

/// <summary>The pause is over and the cluster is healthy again.</summary>
internal sealed record HealthyAgain(DateTimeOffset At, TimeSpan Took) : DefragEvent(At);

/// <summary>A NOSPACE alarm was cleared after the last step, or could not be.</summary>
internal sealed record AlarmDisarmed(DateTimeOffset At, EtcdDisarmResult Disarm) : DefragEvent(At);

/// <summary>The alarms were to be cleared after the last step, and were left as they are.</summary>
internal sealed record AlarmsKept(DateTimeOffset At, string Reason) : DefragEvent(At)
{
    /// <summary>Whether there was no NOSPACE alarm to clear.</summary>
    public bool NoneArmed { get; init; }
}

/// <summary>The run is over.</summary>
internal sealed record RunStopped(DateTimeOffset At, DefragReport Report) : DefragEvent(At);
