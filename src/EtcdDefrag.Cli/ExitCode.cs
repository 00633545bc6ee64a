namespace EtcdDefrag.Cli;

/// <summary>What the command says to whoever called it.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>Something failed, was refused or could not be proved.</summary>
    public const int Failed = 1;

    /// <summary>Ended by Ctrl+C.</summary>
    public const int Interrupted = 130;
}
