using System.CommandLine;
using System.CommandLine.Invocation;
using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli;

/// <summary>From arguments to an exit code.</summary>
internal static class CommandLine
{
    // Arguments are what the shell makes of them: no file is read for one that begins with @, and no letters are taken apart.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandHost host, CancellationToken cancellationToken = default)
    {
        var (parsed, problems) = Parse(arguments, host);
        if (parsed is null)
        {
            foreach (var problem in problems)
            {
                await host.Error.WriteLineAsync(problem).ConfigureAwait(false);
            }

            await host.Error.WriteLineAsync("See 'etcd-defrag --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration { Output = host.Output.Raw, Error = host.Error.Raw };
        var exitCode = await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        return exitCode == ExitCode.Done && await HasLostOutputAsync(host).ConfigureAwait(false) ? ExitCode.Failed : exitCode;
    }

    /// <summary>What was done was done to its end, but not all of it could be told: whoever reads the exit code has to know.</summary>
    private static async Task<bool> HasLostOutputAsync(CommandHost host)
    {
        if (host.Output.Failure is { } lost)
        {
            await host.Error.WriteLineAsync($"Standard output cannot be written, so some of it is missing: {lost.Message}")
                .ConfigureAwait(false);
        }

        return (host.Output.Failure ?? host.Error.Failure) is not null;
    }

    private static (ParseResult? Parsed, IEnumerable<string> Problems) Parse(IReadOnlyList<string> arguments, CommandHost host)
    {
        try
        {
            var parsed = CommandTree.Create(host).Parse(GoArguments.Normalize(arguments, CommandTree.Flags), Parsing);
            string[] problems = parsed.Action is ParseErrorAction ? [.. ParseProblems.Describe(parsed)] : [.. StrayFlags.Find(parsed)];
            return (problems.Length == 0 ? parsed : null, problems);
        }
        catch (UsageException wrong)
        {
            return (null, [wrong.Message]);
        }
    }
}
