using EtcdDefrag.Execution.Guarding;

namespace EtcdDefrag.Execution;

/// <summary>A whole run, at its end.</summary>
/// <param name="Results">A result for every member that was asked for, in the order in which they became final.</param>
/// <param name="Refusal">The guard that ended the run; null where none did.</param>
/// <param name="Warnings">The risks that were seen, each once.</param>
/// <param name="WasCancelled">Whether the caller ended the run.</param>
internal sealed record DefragReport(
    IReadOnlyList<EtcdDefragResult> Results, GuardRefusal? Refusal, IReadOnlyList<RunWarning> Warnings, bool WasCancelled)
{
    /// <summary>What else was asked for and failed, one sentence each: the compaction, an alarm.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Whether everything that was asked for was done or skipped on purpose.</summary>
    public bool IsSuccess => RunSummary.Of(this).Verdict == RunVerdict.Done;
}
