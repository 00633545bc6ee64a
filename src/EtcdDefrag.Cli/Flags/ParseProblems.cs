using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Flags;

/// <summary>
/// What the parser could not read, without what may be a secret: a mistyped <c>--password</c> is followed by a password, and
/// <c>--user root SECRET</c> has one as a stray word.
/// </summary>
internal static class ParseProblems
{
    private const int MaxWords = 10;

    public static IEnumerable<string> Describe(ParseResult parsed)
    {
        var strange = parsed.UnmatchedTokens;
        var named = strange.Where((word, i) => i == 0 || !IsFlagWithoutValue(strange[i - 1]) || word.StartsWith('-')).ToArray();
        var hidden = FindBehindSecrets(parsed);
        return
        [
            .. named.Take(MaxWords).Select(word => hidden.Contains(word)
                ? "Unrecognized argument behind a flag that takes a secret; it is not shown."
                : $"Unrecognized command or argument '{DisplayText.Value(NameOf(word))}'."),
            .. named.Length > MaxWords
                ? [string.Create(CultureInfo.InvariantCulture, $"Unrecognized arguments: {named.Length - MaxWords} more.")]
                : Array.Empty<string>(),
            .. parsed.Errors.Select(e => e.Message).Where(m => !strange.Any(word => m.Contains($"'{word}'", StringComparison.Ordinal))),
        ];
    }

    /// <summary>The words that stand behind the value of a flag whose value is a secret, up to the next flag.</summary>
    public static IReadOnlySet<string> FindBehindSecrets(ParseResult parsed)
    {
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        int? wordsBehindSecret = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.Option || token.Value.StartsWith("--", StringComparison.Ordinal))
            {
                wordsBehindSecret = Commands.CommandTree.Flags.Any(f => f.IsSecret && token.Value == $"--{f.Name}") ? 0 : null;
            }
            else if (token.Type == TokenType.Argument && wordsBehindSecret++ > 0)
            {
                hidden.Add(token.Value);
            }
        }

        return hidden;
    }

    private static bool IsFlagWithoutValue(string word) => word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal);

    private static string NameOf(string word) => word.StartsWith('-') ? word.Split('=', 2)[0] : word;
}
