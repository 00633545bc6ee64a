using EtcdDefrag.Inspection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What a run would do, found out by the way in which it begins. Without steps where a rule cannot be answered.</summary>
internal sealed record DefragPlan(ClusterSnapshot Snapshot, IReadOnlyList<EtcdDefragStep> Steps)
{
    /// <summary>The refusal with which the run would end before its first step; null where it would begin.</summary>
    public RunRefused? Refused { get; init; }

    public IReadOnlyList<RunWarning> Warnings { get; init; } = [];

    /// <summary>The results of the members that were asked for and did not answer.</summary>
    public IReadOnlyList<EtcdDefragResult> Unreached { get; init; } = [];

    /// <summary>The compaction that would come before the first step; null for none.</summary>
    public EtcdCompactionResult? Compaction { get; init; }

    /// <summary>The report of such a run in which no step is approved.</summary>
    public DefragReport ToReport()
    {
        var skipped = Steps.Select(s => RunState.Untouched(s, EtcdDefragOutcome.Skipped, s.Reason));
        return new DefragReport([.. Unreached, .. skipped], Refused?.Refusal, Warnings, WasCancelled: false);
    }
}
