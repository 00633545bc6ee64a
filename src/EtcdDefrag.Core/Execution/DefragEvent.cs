using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>Something that happened in a run. Events come one after the other, in the order in which things happened.</summary>
/// <param name="At">When.</param>
public abstract record DefragEvent(DateTimeOffset At);

/// <summary>The whole cluster was looked at, before the first step.</summary>
/// <param name="At">When.</param>
/// <param name="Snapshot">What the members said.</param>
/// <param name="Health">The verdict.</param>
internal sealed record ClusterInspected(DateTimeOffset At, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At);

/// <summary>Something is a risk and does not stop the run. Each is told once a run.</summary>
/// <param name="At">When.</param>
/// <param name="Warning">The risk.</param>
internal sealed record RunWarned(DateTimeOffset At, RunWarning Warning) : DefragEvent(At);

/// <summary>The order was decided, or decided anew for what is left because the leader has changed. It comes after the guards.</summary>
/// <param name="At">When.</param>
/// <param name="Steps">The steps, the first to be taken first.</param>
internal sealed record RunPlanned(DateTimeOffset At, IReadOnlyList<EtcdDefragStep> Steps) : DefragEvent(At);

/// <summary>The run does not begin, or does not go on.</summary>
/// <param name="At">When.</param>
/// <param name="Refusal">Which guard refused and why.</param>
/// <param name="Snapshot">What the guard saw.</param>
/// <param name="Health">The verdict on it.</param>
internal sealed record RunRefused(DateTimeOffset At, GuardRefusal Refusal, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At);

/// <summary>The history is being compacted, before the first step.</summary>
/// <param name="At">When.</param>
/// <param name="Compaction">What is about to be done; its outcome is not known yet.</param>
internal sealed record CompactionStarting(DateTimeOffset At, EtcdCompactionResult Compaction) : DefragEvent(At);

/// <summary>The compaction was sent, and members are being watched until they have removed the history from their databases.</summary>
/// <param name="At">When.</param>
/// <param name="Compaction">What is known of it so far.</param>
/// <param name="Waiting">The addresses of the members that are not done.</param>
/// <param name="Limit">How long they are watched at most.</param>
internal sealed record CompactionObserving(
    DateTimeOffset At, EtcdCompactionResult Compaction, IReadOnlyList<string> Waiting, TimeSpan Limit) : DefragEvent(At);

/// <summary>How the compaction ended. The run goes on in any case.</summary>
/// <param name="At">When.</param>
/// <param name="Compaction">The result.</param>
internal sealed record CompactionFinished(DateTimeOffset At, EtcdCompactionResult Compaction) : DefragEvent(At);

/// <summary>A member's turn has come and its guards hold; nothing was sent to it yet but questions.</summary>
/// <param name="At">When.</param>
/// <param name="Step">The step, with the pause and the bytes of disk it needs.</param>
/// <param name="Status">The member's status a moment ago.</param>
internal sealed record StepStarting(DateTimeOffset At, EtcdDefragStep Step, EtcdMemberStatus Status) : DefragEvent(At);

/// <summary>The leader handed its leadership over before its own turn, and the members agree that it did.</summary>
/// <param name="At">When.</param>
/// <param name="Step">The step of the member that led.</param>
/// <param name="NewLeaderId">The member that leads now.</param>
internal sealed record LeaderMoved(DateTimeOffset At, EtcdDefragStep Step, string NewLeaderId) : DefragEvent(At);

/// <summary>The defragmentation of a member is being called for now.</summary>
/// <param name="At">When.</param>
/// <param name="Step">The step.</param>
/// <param name="Deadline">How long an answer is waited for.</param>
internal sealed record DefragmentationStarted(DateTimeOffset At, EtcdDefragStep Step, TimeSpan Deadline) : DefragEvent(At);

/// <summary>The answer did not come, and the member is being watched until it is known what it did.</summary>
/// <param name="At">When.</param>
/// <param name="Step">The step.</param>
/// <param name="Failure">Why there is no answer.</param>
/// <param name="Limit">How long it is watched at most.</param>
internal sealed record Observing(DateTimeOffset At, EtcdDefragStep Step, Exception Failure, TimeSpan Limit) : DefragEvent(At);

/// <summary>A member's result is final.</summary>
/// <param name="At">When.</param>
/// <param name="Result">The result.</param>
/// <param name="Status">The member's status afterwards, where it was to be had.</param>
/// <param name="Error">The original failure, where there was one.</param>
internal sealed record StepFinished(DateTimeOffset At, EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error) : DefragEvent(At)
{
    /// <summary>Whether the member was skipped because the observer objected.</summary>
    public bool WasDeclined { get; init; }
}

/// <summary>The next step waits until the cluster is well again, and for the pause that was asked for.</summary>
/// <param name="At">When.</param>
/// <param name="Pause">The pause.</param>
/// <param name="Limit">How long the cluster may take.</param>
internal sealed record WaitingForHealthy(DateTimeOffset At, TimeSpan Pause, TimeSpan Limit) : DefragEvent(At);

/// <summary>The cluster is well again and the pause is over.</summary>
/// <param name="At">When.</param>
/// <param name="Took">How long that took.</param>
internal sealed record HealthyAgain(DateTimeOffset At, TimeSpan Took) : DefragEvent(At);

/// <summary>A NOSPACE alarm was cleared after the last step, or could not be.</summary>
/// <param name="At">When.</param>
/// <param name="Disarm">The result.</param>
internal sealed record AlarmDisarmed(DateTimeOffset At, EtcdDisarmResult Disarm) : DefragEvent(At);

/// <summary>The alarms were to be cleared after the last step, and were left as they are.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">Why.</param>
internal sealed record AlarmsKept(DateTimeOffset At, string Reason) : DefragEvent(At)
{
    /// <summary>Whether there was no NOSPACE alarm to clear.</summary>
    public bool NoneArmed { get; init; }
}

/// <summary>The run is over.</summary>
/// <param name="At">When.</param>
/// <param name="Report">All of it.</param>
internal sealed record RunStopped(DateTimeOffset At, DefragReport Report) : DefragEvent(At);
