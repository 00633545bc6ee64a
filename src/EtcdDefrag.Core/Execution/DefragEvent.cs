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
public sealed record ClusterInspected(DateTimeOffset At, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At);

/// <summary>The order was decided, or decided anew for what is left because the leader has changed. It comes after the guards.</summary>
/// <param name="At">When.</param>
/// <param name="Steps">The steps, the first to be taken first.</param>
public sealed record RunPlanned(DateTimeOffset At, IReadOnlyList<EtcdDefragStep> Steps) : DefragEvent(At);

/// <summary>The run does not begin, or does not go on.</summary>
/// <param name="At">When.</param>
/// <param name="Refusal">Which guard refused and why.</param>
/// <param name="Snapshot">What the guard saw.</param>
/// <param name="Health">The verdict on it.</param>
public sealed record RunRefused(DateTimeOffset At, GuardRefusal Refusal, ClusterSnapshot Snapshot, EtcdClusterHealth Health) : DefragEvent(At);

/// <summary>A member's turn has come and its guards hold; nothing was sent to it yet but questions.</summary>
/// <param name="At">When.</param>
/// <param name="Step">The step.</param>
/// <param name="Status">The member's status a moment ago.</param>
public sealed record StepStarting(DateTimeOffset At, EtcdDefragStep Step, EtcdMemberStatus Status) : DefragEvent(At);

/// <summary>The defragmentation of a member is being called for now.</summary>
/// <param name="At">When.</param>
/// <param name="Step">The step.</param>
/// <param name="Deadline">How long an answer is waited for.</param>
public sealed record DefragmentationStarted(DateTimeOffset At, EtcdDefragStep Step, TimeSpan Deadline) : DefragEvent(At);

/// <summary>A member's result is final.</summary>
/// <param name="At">When.</param>
/// <param name="Result">The result.</param>
/// <param name="Status">The member's status afterwards, where it was to be had.</param>
/// <param name="Error">The original failure, where there was one.</param>
public sealed record StepFinished(DateTimeOffset At, EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error) : DefragEvent(At);
