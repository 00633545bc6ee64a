using EtcdDefrag.Execution;
using EtcdDefrag.Recovery;

namespace EtcdDefrag.Cli;

/// <summary>What the command says to whoever called it.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done, or left alone on purpose.</summary>
    public const int Done = 0;

    /// <summary>Something was tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>A guard refused to begin, or to go on.</summary>
    public const int Refused = 2;

    /// <summary>A member's outcome could not be proved: it may still be at it.</summary>
    public const int Unknown = 3;

    /// <summary>The command was called wrongly; nothing was sent (sysexits.h, EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Ended by Ctrl+C or SIGTERM.</summary>
    public const int Interrupted = 130;

    /// <summary>The code of a recovery.</summary>
    public static int Of(EtcdSpaceResult result) => result.Outcome switch
    {
        EtcdSpaceOutcome.NothingToDo or EtcdSpaceOutcome.Recovered => Done,
        EtcdSpaceOutcome.Cancelled => Interrupted,
        EtcdSpaceOutcome.Unknown => Unknown,
        EtcdSpaceOutcome.Refused => Refused,
        _ => Failed,
    };

    /// <summary>The code of a run.</summary>
    public static int Of(DefragReport report) => RunSummary.Of(report).Verdict switch
    {
        RunVerdict.Done => Done,
        RunVerdict.Cancelled => Interrupted,
        RunVerdict.Unknown => Unknown,
        RunVerdict.Refused => Refused,
        _ => Failed,
    };
}
