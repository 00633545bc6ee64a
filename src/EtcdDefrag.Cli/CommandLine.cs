using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Completion;
using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli;

/// <summary>From arguments to an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandHost host, CancellationToken cancellationToken = default)
    {
        var exitCode = await RunCommandAsync(arguments, host, cancellationToken).ConfigureAwait(false);
        return exitCode == ExitCode.Done && HasLostOutput(host) ? ExitCode.Failed : exitCode;
    }

    private static async Task<int> RunCommandAsync(IReadOnlyList<string> arguments, CommandHost host, CancellationToken cancellationToken)
    {
        if (ShellCompletion.Answer(CommandTree.Root, arguments) is { } suggestions)
        {
            host.Output.WriteText(string.Concat(suggestions.Select(s => $"{s}\n")));
            return ExitCode.Done;
        }

        var parsed = ArgumentParser.Parse(CommandTree.Root, arguments);
        if (parsed.IsHelp)
        {
            HelpText.Show(host, parsed.Command, parsed.Path);
            return ExitCode.Done;
        }

        return parsed.Problems.Count == 0
            ? await RunCommandAsync(parsed, host, cancellationToken).ConfigureAwait(false)
            : Fail(host, ExitCode.Usage, [.. parsed.Problems, $"See '{parsed.Path} --help'."]);
    }

    private static async Task<int> RunCommandAsync(ParsedArguments parsed, CommandHost host, CancellationToken cancellationToken)
    {
        try
        {
            return await parsed.Command.RunAsync!(host, new FlagValues(parsed, host.ReadVariable), cancellationToken).ConfigureAwait(false);
        }
        catch (UsageException invalid)
        {
            return Fail(host, ExitCode.Usage, invalid.Message);
        }
        catch (Exception unexpected)
        {
            return Fail(host, ExitCode.Failed, ClusterAction.Describe(unexpected));
        }
    }

    /// <summary>What was done was done to its end, but not all of it could be reported: whoever reads the exit code has to know.</summary>
    private static bool HasLostOutput(CommandHost host)
    {
        if (host.Output.Failure is { } lost)
        {
            host.Error.WriteLine($"Standard output cannot be written, so some of it is missing: {lost.Message}");
        }

        return (host.Output.Failure ?? host.Error.Failure) is not null;
    }

    private static int Fail(CommandHost host, int exitCode, params string[] lines)
    {
        foreach (var line in lines)
        {
            host.Error.WriteLine(line);
        }

        return exitCode;
    }
}
