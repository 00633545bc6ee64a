using EtcdDefrag.Cli;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Integration.Support;

/// <summary>
/// Runs the command in this process, from its arguments to its exit code, where a process of its own would show no more and take
/// longer, or where what lies around it is a test's.
/// </summary>
internal static class InProcessCommand
{
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new Around(), arguments);

    public static async Task<CommandResult> RunAsync(Around around, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost
        {
            Output = new LineOutput(output),
            Error = new LineOutput(error),
            ReadVariable = name => around.Variables.GetValueOrDefault(name),
            VariableNames = [.. around.Variables.Keys],
            AskSecret = around.AskSecret,
            IsOutputTerminal = around.IsTerminal,
            IsErrorTerminal = around.IsTerminal,
            ServiceLookup = around.ServiceLookup ?? new DnsServiceLookup(TimeProvider.System),
            Time = TimeProvider.System,
        };
        var exitCode = await CommandLine.RunAsync(arguments, host);
        return new CommandResult(exitCode, Split(output), Split(error));
    }

    private static string[] Split(StringWriter text) => text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What lies around the command.</summary>
    internal sealed record Around
    {
        public Dictionary<string, string> Variables { get; init; } = [];

        public Func<string, string?> AskSecret { get; init; } = _ => null;

        public bool IsTerminal { get; init; }

        public IServiceLookup? ServiceLookup { get; init; }
    }
}
