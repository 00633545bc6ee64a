using System.Collections;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Cli;

/// <summary>What lies around the command: its streams, its environment, whoever sits before it, the network's names, the clock.</summary>
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

    /// <summary>Asks whoever sits at the terminal for a secret; null where nobody does.</summary>
    public required Func<string, string?> AskSecret { get; init; }

    /// <summary>Whether somebody reads the results as they come.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether somebody reads the log as it comes.</summary>
    public bool IsErrorTerminal { get; init; }

    public required IServiceLookup ServiceLookup { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Whether the reader of the log sees colours and wants them (no-color.org).</summary>
    public bool WantsColour => IsErrorTerminal && string.IsNullOrEmpty(ReadVariable("NO_COLOR")) && ReadVariable("TERM") != "dumb";

    /// <summary>The process itself.</summary>
    public static CommandHost OfProcess() => new()
    {
        Output = new LineOutput(StandardStream.OpenOutput()),
        Error = new LineOutput(StandardStream.OpenError()),
        ReadVariable = Environment.GetEnvironmentVariable,
        VariableNames = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => (string)v.Key)],
        AskSecret = Connecting.SecretPrompt.Ask,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        ServiceLookup = new DnsServiceLookup(TimeProvider.System),
        Time = TimeProvider.System,
    };
}
