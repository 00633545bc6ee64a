using EtcdDefrag.Inspection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What a run would do, found out by the steps with which it begins. Nothing was changed.</summary>
/// <param name="Snapshot">The cluster a moment ago.</param>
/// <param name="Steps">The steps, the first to be taken first; empty where a rule cannot be answered.</param>
internal sealed record DefragPlan(ClusterSnapshot Snapshot, IReadOnlyList<EtcdDefragStep> Steps)
{
    /// <summary>The refusal with which the run would end before its first step; null where it would begin.</summary>
    public RunRefused? Refused { get; init; }

    /// <summary>The risks that would be warned of.</summary>
    public IReadOnlyList<RunWarning> Warnings { get; init; } = [];

    /// <summary>The results of the members that were asked for and did not answer.</summary>
    public IReadOnlyList<EtcdDefragResult> Unreached { get; init; } = [];

    /// <summary>The report of such a run in which no step is approved.</summary>
    public DefragReport ToReport()
    {
        var skipped = Steps.Select(s => RunState.Untouched(s, EtcdDefragOutcome.Skipped, s.Reason));
        return new DefragReport([.. Unreached, .. skipped], Refused?.Refusal, Warnings, WasCancelled: false);
    }
}
