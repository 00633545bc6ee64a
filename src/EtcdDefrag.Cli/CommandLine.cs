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

        var configuration = new InvocationConfiguration { Output = host.Output, Error = host.Error };
        return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
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
