using System.Collections;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Cli;

/// <summary>What the command runs in: its streams, its environment, the user at the terminal, the network's names, the clock.</summary>
internal sealed record CommandHost
{
    /// <summary>Where results go.</summary>
    public required LineOutput Output { get; init; }

    /// <summary>Where the log goes.</summary>
    public required LineOutput Error { get; init; }

    /// <summary>Gives a variable of the environment, or null.</summary>
    public required Func<string, string?> ReadVariable { get; init; }

    /// <summary>The names of all variables.</summary>
    public required IReadOnlyList<string> VariableNames { get; init; }

    /// <summary>Asks the user at the terminal for a secret; null if there is no terminal.</summary>
    public required Func<string, string?> AskSecret { get; init; }

    /// <summary>Whether somebody reads the results as they come.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether somebody reads the log as it comes.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether the terminal of the log acts on escape sequences; asked only where they are wanted.</summary>
    public Func<bool> EnableSequences { get; init; } = () => true;

    /// <summary>Says what is being waited for to whoever reads the log as it comes; null for nobody.</summary>
    public LiveLine? Live { get; init; }

    /// <summary>Gives the columns that a line of the help may have.</summary>
    public Func<int> ReadWidth { get; init; } = () => 100;

    public required IServiceLookup ServiceLookup { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Whether the reader of the log sees colours and wants them (no-color.org).</summary>
    public bool WantsColour => IsErrorTerminal
        && string.IsNullOrEmpty(ReadVariable("NO_COLOR"))
        && ReadVariable("TERM") != "dumb"
        && EnableSequences();

    /// <summary>The process itself.</summary>
    public static CommandHost OfProcess()
    {
        var error = StandardWriter.OpenError();
        var canErase = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb" && VirtualTerminal.TryEnable();
        return OfProcess(error, canErase ? new LiveLine(error, TimeProvider.System) : null);
    }

    private static CommandHost OfProcess(StandardWriter error, LiveLine? live) => new()
    {
        Output = new LineOutput(StandardWriter.OpenOutput()) { Live = live },
        Error = new LineOutput(error) { Live = live },
        Live = live,
        ReadVariable = Environment.GetEnvironmentVariable,
        VariableNames = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => (string)v.Key)],
        AskSecret = Connecting.SecretPrompt.Ask,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        EnableSequences = VirtualTerminal.TryEnable,
        ReadWidth = () => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 120),
        ServiceLookup = new DnsServiceLookup(TimeProvider.System),
        Time = TimeProvider.System,
    };
}
