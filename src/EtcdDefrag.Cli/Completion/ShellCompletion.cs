using System.Globalization;
using System.Text.RegularExpressions;
using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli.Completion;

/// <summary>Completion in shells: each has a script that asks the command itself what can follow.</summary>
internal static partial class ShellCompletion
{
    private const string Question = "[suggest:";
    private const string Described = "described";

    private static readonly Choice[] Truths = [new("true", ""), new("false", "")];

    public static readonly IReadOnlyList<string> Shells = ["bash", "zsh", "fish", "powershell"];

    /// <summary><c>etcd-defrag completion SHELL</c>: prints the script.</summary>
    public static async Task<int> PrintScriptAsync(string shell, CommandHost host, CancellationToken cancellationToken)
    {
        using var script = new StreamReader(typeof(ShellCompletion).Assembly.GetManifestResourceStream(shell)!);
        host.Output.WriteText(await script.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
        return ExitCode.Done;
    }

    /// <summary>
    /// Answers a script's question, which is <c>[suggest:CURSOR] LINE</c>; null if the arguments are something else. With
    /// <c>described</c> behind it the answer has what each means behind a tab, and <c>[files:ENDING...]</c> where files can follow.
    /// </summary>
    public static IEnumerable<string>? Answer(CommandDefinition root, IReadOnlyList<string> arguments)
    {
        if (arguments is not ([['[', .., ']'], _] or [['[', .., ']'], _, Described])
            || !arguments[0].StartsWith(Question, StringComparison.Ordinal))
        {
            return null;
        }

        var line = arguments[1];
        var isNumber = int.TryParse(
            arguments[0].AsSpan(Question.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var cursor);
        var found = Suggest(root, isNumber && cursor < line.Length ? line[..cursor] : line);
        return arguments.Count == 2 ? found.Choices.Select(c => c.Text) : found.Describe();
    }

    /// <summary>What can stand for the last word of a line; that word is empty where a blank is the last character.</summary>
    private static Candidates Suggest(CommandDefinition root, string line)
    {
        var matches = Word().Matches(line);
        string[] words = [.. matches.Select(m => Quote().Replace(m.Value, ""))];
        if (matches.LastOrDefault() is { } last && last.Index + last.Length < line.Length)
        {
            words = [.. words, ""];
        }

        return words.Length < 2
            ? new Candidates([])
            : FindCandidates(root, ArgumentParser.Parse(root, words[1..^1]), words[^1]).StartingWith(words[^1]);
    }

    private static Candidates FindCandidates(CommandDefinition root, ParsedArguments before, string word)
    {
        if (before.Incomplete is { } flag)
        {
            return OfValue(flag, flag.Choices, "", word);
        }

        if (word.Split('=', 2) is [['-', ..] name, var value])
        {
            var named = before.Command.Flags.FirstOrDefault(f => f.Words.Contains(name));
            return named is null ? new Candidates([]) : OfValue(named, named.IsSwitch ? Truths : named.Choices, $"{name}=", value);
        }

        var flags = before.Command.Flags.Append(ArgumentParser.Help).Select(f => new Choice($"--{f.Name}", f.Description));
        var operand = before.Words.Count < before.Command.Operand?.Max ? before.Command.Operand : null;
        var parent = operand is { NamesCommand: true }
            ? before.Words.Aggregate((CommandDefinition?)root, (command, next) => command?.Find(next.Text))
            : before.Words.Count == 0 ? before.Command : null;
        return new Candidates([.. parent?.Commands.Select(c => new Choice(c.Name, c.Description)) ?? [], .. flags])
        {
            FileEndings = word.StartsWith('-') ? null : operand?.FileEndings,
        };
    }

    private static Candidates OfValue(Flag flag, IReadOnlyList<Choice> choices, string prefix, string value)
    {
        var before = flag.CompletesLastName ? value[..^LastName().Match(value).Length] : "";
        return new Candidates([.. choices.Select(c => c with { Text = prefix + before + c.Text })]) { FileEndings = flag.FileEndings };
    }

    [GeneratedRegex("""([^\s'"]|'[^']*'?|"[^"]*"?)+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("['\"]", RegexOptions.None, 1000)]
    private static partial Regex Quote();

    [GeneratedRegex(@"[A-Za-z_]*\z", RegexOptions.None, 1000)]
    private static partial Regex LastName();

    /// <summary>What can follow.</summary>
    private sealed record Candidates(IReadOnlyList<Choice> Choices)
    {
        public IReadOnlyList<string>? FileEndings { get; init; }

        public Candidates StartingWith(string word) =>
            this with { Choices = [.. Choices.Where(c => c.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase))] };

        public IEnumerable<string> Describe() =>
        [
            .. Choices.Select(c => $"{c.Text}\t{c.Description.Split(". ")[0].TrimEnd('.')}"),
            .. FileEndings switch
            {
                null => Array.Empty<string>(),
                [] => ["[files]"],
                _ => [$"[files:{string.Join(' ', FileEndings)}]"],
            },
        ];
    }
}
