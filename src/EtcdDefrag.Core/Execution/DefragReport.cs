using EtcdDefrag.Execution.Guarding;

namespace EtcdDefrag.Execution;

/// <summary>A whole run, at its end. Every member that was asked for has a result, in the order in which they became final.</summary>
internal sealed record DefragReport(
    IReadOnlyList<EtcdDefragResult> Results, GuardRefusal? Refusal, IReadOnlyList<RunWarning> Warnings, bool WasCancelled)
{
    /// <summary>What else was asked for and failed, one sentence each: the compaction, an alarm.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    public bool IsSuccess => RunSummary.Of(this).Verdict == RunVerdict.Done;
}
