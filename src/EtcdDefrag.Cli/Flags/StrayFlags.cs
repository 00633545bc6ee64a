using System.CommandLine;
using System.CommandLine.Parsing;

namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// Flags that stand before a subcommand which does not have them. The parser gives them to the command above, where nobody would read
/// them: <c>--move-leader status</c> would pass, and so would a <c>--dry-run</c> before something that changes the cluster.
/// </summary>
internal static class StrayFlags
{
    /// <summary>A sentence for each. None where only help is asked for.</summary>
    public static IEnumerable<string> Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Action != command.Action)
        {
            return [];
        }

        return Above(parsed.CommandResult)
            .SelectMany(above => above.Children.OfType<OptionResult>())
            .Where(given => given is { Implicit: false, Option.Recursive: false } && !command.Options.Contains(given.Option))
            .Select(given => $"'{given.IdentifierToken?.Value}' is not a flag of '{NameOf(parsed.CommandResult)}'.");
    }

    private static IEnumerable<CommandResult> Above(CommandResult command)
    {
        for (var above = command.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
        {
            yield return above;
        }
    }

    private static string NameOf(CommandResult command) =>
        string.Join(' ', Above(command).SkipLast(1).Reverse().Append(command).Select(c => c.Command.Name).Prepend("etcd-defrag"));
}
