using System.CommandLine;

namespace EtcdDefrag.Cli.Flags;

/// <summary>What the parser could not read, without the values: a mistyped <c>--password</c> is followed by a password.</summary>
internal static class ParseProblems
{
    public static IEnumerable<string> Describe(ParseResult parsed)
    {
        var strange = parsed.UnmatchedTokens;
        var named = strange.Where((word, i) => i == 0 || !IsFlagWithoutValue(strange[i - 1]) || word.StartsWith('-'));
        return
        [
            .. named.Select(word => $"Unrecognized command or argument '{NameOf(word)}'."),
            .. parsed.Errors.Select(e => e.Message).Where(m => !strange.Any(word => m.Contains($"'{word}'", StringComparison.Ordinal))),
        ];
    }

    private static bool IsFlagWithoutValue(string word) => word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal);

    private static string NameOf(string word) => word.StartsWith('-') ? word.Split('=', 2)[0] : word;
}
