using System.Globalization;
using System.Text.RegularExpressions;
using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli.Completion;

/// <summary>Completion in shells: each has a script that asks the command itself what can follow.</summary>
internal static partial class ShellCompletion
{
    private const string Question = "[suggest:";

    public static readonly IReadOnlyList<string> Shells = ["bash", "zsh", "fish", "powershell"];

    /// <summary><c>etcd-defrag completion SHELL</c>: prints the script.</summary>
    public static async Task<int> PrintScriptAsync(string shell, CommandHost host, CancellationToken cancellationToken)
    {
        using var script = new StreamReader(typeof(ShellCompletion).Assembly.GetManifestResourceStream(shell)!);
        host.Output.WriteText(await script.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
        return ExitCode.Done;
    }

    /// <summary>Answers a script's question, which is <c>[suggest:CURSOR] LINE</c>; null if the arguments are something else.</summary>
    public static IEnumerable<string>? Answer(CommandDefinition root, IReadOnlyList<string> arguments)
    {
        if (arguments is not [['[', .., ']'] question, var line] || !question.StartsWith(Question, StringComparison.Ordinal))
        {
            return null;
        }

        var position = question.AsSpan(Question.Length).TrimEnd(']');
        var isNumber = int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor);
        return Suggest(root, isNumber && cursor < line.Length ? line[..cursor] : line);
    }

    /// <summary>What can stand for the last word of a line; that word is empty where a blank is the last character.</summary>
    private static IEnumerable<string> Suggest(CommandDefinition root, string line)
    {
        var matches = Word().Matches(line);
        string[] words = [.. matches.Select(m => Quote().Replace(m.Value, ""))];
        if (matches.LastOrDefault() is { } last && last.Index + last.Length < line.Length)
        {
            words = [.. words, ""];
        }

        return words.Length < 2
            ? []
            : FindCandidates(ArgumentParser.Parse(root, words[1..^1]), words[^1])
                .Where(candidate => candidate.StartsWith(words[^1], StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> FindCandidates(ParsedArguments before, string word)
    {
        if (before.Incomplete is { } flag)
        {
            return flag.Choices;
        }

        if (word.Split('=') is [var name, _])
        {
            return before.Command.Flags.Where(f => f.Words.Contains(name)).SelectMany(f => f.Choices.Select(choice => $"{name}={choice}"));
        }

        var flags = before.Command.Flags.Append(ArgumentParser.Help).Select(f => $"--{f.Name}");
        return before.Words.Count == 0 ? before.Command.Commands.Select(c => c.Name).Concat(flags) : flags;
    }

    [GeneratedRegex("""([^\s'"]|'[^']*'?|"[^"]*"?)+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("['\"]", RegexOptions.None, 1000)]
    private static partial Regex Quote();
}
