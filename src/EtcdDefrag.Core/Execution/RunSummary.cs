using System.Globalization;

namespace EtcdDefrag.Execution;

/// <summary>How a run ended, as one word. Of several that apply, the one that matters most to the reader.</summary>
internal enum RunVerdict
{
    /// <summary>Every member that was asked for was defragmented, or skipped on purpose, and nothing else failed.</summary>
    Done,

    /// <summary>Something was not done that was asked for.</summary>
    Failed,

    /// <summary>A guard refused to begin, or to go on.</summary>
    Refused,

    /// <summary>A member's outcome could not be proved: it may still be defragmenting.</summary>
    Unknown,

    /// <summary>The caller ended the run.</summary>
    Cancelled,
}

/// <summary>What is wrong with one member's result; each is an error record of the cmdlet.</summary>
internal enum ResultError
{
    /// <summary>Nothing, or nothing that the run's refusal does not say already.</summary>
    None,

    /// <summary>The member was asked for and did not answer.</summary>
    NotReached,

    /// <summary>The member refused, or could not be asked.</summary>
    Failed,

    /// <summary>It is not known how it ended.</summary>
    Unknown,
}

/// <summary>What a run's results add up to. Exit codes, closing lines and errors of both fronts come from here only. Pure.</summary>
internal sealed record RunSummary
{
    private readonly DefragReport _report;

    private RunSummary(DefragReport report) => _report = report;

    public RunVerdict Verdict => _report switch
    {
        { WasCancelled: true } => RunVerdict.Cancelled,
        _ when Count(EtcdDefragOutcome.Unknown) > 0 => RunVerdict.Unknown,
        _ when _report.Failures.Count > 0 || Count(EtcdDefragOutcome.Failed) > 0 => RunVerdict.Failed,
        { Refusal: not null } => RunVerdict.Refused,

        // Without any result nothing was done, whatever the reason.
        _ when Count(EtcdDefragOutcome.NotAttempted) > 0 || _report.Results.Count == 0 => RunVerdict.Failed,
        _ => RunVerdict.Done,
    };

    /// <summary>The run as a sentence, in the words of etcd-defrag 0.42 where it has some.</summary>
    public string Text => Verdict switch
    {
        RunVerdict.Done => "The defragmentation is successful.",
        RunVerdict.Cancelled => "Interrupted.",
        _ when Count(EtcdDefragOutcome.Failed) + Count(EtcdDefragOutcome.Unknown) is var failed and > 0 =>
            Write($"{failed} (total {_report.Results.Count}) endpoint(s) failed to be defragmented."),
        _ when _report.Refusal is not null =>
            Count(EtcdDefragOutcome.Defragmented) > 0 ? "Nothing more was defragmented." : "Nothing was defragmented.",
        _ when Count(EtcdDefragOutcome.NotAttempted) is var left and > 0 =>
            Write($"{left} (total {_report.Results.Count}) endpoint(s) were not defragmented."),
        _ when _report.Failures.Count > 0 =>
            $"The defragmentation is done, but something else failed: {string.Join(' ', _report.Failures)}",
        _ => "Nothing was defragmented.",
    };

    public long BytesReclaimed => _report.Results.Sum(r => r.BytesReclaimed ?? 0);

    public static RunSummary Of(DefragReport report) => new(report);

    /// <summary>What is wrong with one result. A refusal is one error for all the members that it kept the run from.</summary>
    public static ResultError ErrorOf(EtcdDefragResult result, bool isRefused) => result.Outcome switch
    {
        EtcdDefragOutcome.Failed => ResultError.Failed,
        EtcdDefragOutcome.Unknown => ResultError.Unknown,
        EtcdDefragOutcome.NotAttempted when result.WasUnreachable && !isRefused => ResultError.NotReached,
        _ => ResultError.None,
    };

    public int Count(EtcdDefragOutcome outcome) => _report.Results.Count(r => r.Outcome == outcome);

    private static string Write(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
