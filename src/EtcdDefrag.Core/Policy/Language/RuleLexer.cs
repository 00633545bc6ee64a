using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>Cuts a rule's text into tokens.</summary>
internal static class RuleLexer
{
    // A longer spelling comes before its own prefix.
    private static readonly (string Text, TokenKind Kind)[] Symbols =
    [
        ("&&", TokenKind.And), ("||", TokenKind.Or), ("==", TokenKind.Equal), ("!=", TokenKind.NotEqual),
        ("<<", TokenKind.ShiftLeft), (">>", TokenKind.ShiftRight), ("<=", TokenKind.LessOrEqual), (">=", TokenKind.GreaterOrEqual),
        ("**", TokenKind.Power), ("<", TokenKind.Less), (">", TokenKind.Greater), ("!", TokenKind.Bang), ("+", TokenKind.Plus),
        ("-", TokenKind.Minus), ("*", TokenKind.Times), ("/", TokenKind.Divide), ("%", TokenKind.Modulo),
        ("(", TokenKind.Open), (")", TokenKind.Close),
    ];

    private static readonly (string Text, TokenKind Kind)[] Words =
        [("and", TokenKind.And), ("or", TokenKind.Or), ("not", TokenKind.NotWord), ("true", TokenKind.True), ("false", TokenKind.False)];

    // PowerShell's operators.
    private static readonly (string Text, TokenKind Kind)[] DashedWords =
    [
        ("gt", TokenKind.Greater), ("ge", TokenKind.GreaterOrEqual), ("lt", TokenKind.Less), ("le", TokenKind.LessOrEqual),
        ("eq", TokenKind.Equal), ("ne", TokenKind.NotEqual), ("and", TokenKind.And), ("or", TokenKind.Or), ("not", TokenKind.NotWord),
    ];

    /// <summary>Every token of the text, then one <see cref="TokenKind.End"/>.</summary>
    public static List<RuleToken> Read(string rule)
    {
        var tokens = new List<RuleToken>();
        do
        {
            tokens.Add(ReadNext(rule, SkipBlanks(rule, tokens.Count > 0 ? tokens[^1].End : 0)));
        }
        while (tokens[^1].Kind != TokenKind.End);

        return tokens;
    }

    public static int EndOfName(string rule, int from)
    {
        while (from < rule.Length && IsNamePart(rule[from]))
        {
            from++;
        }

        return from;
    }

    public static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';

    /// <summary>Whether what follows could be the right side of a modulo.</summary>
    public static bool StartsOperand(string rule, int from)
    {
        var at = SkipBlanks(rule, from);
        return at < rule.Length && rule[at] switch
        {
            '(' => true,
            '-' => ReadDashedWord(rule, at) is null,
            var c when IsNameStart(c) => ReadWord(rule, at).Kind == TokenKind.Name,
            _ => StartsNumber(rule, at),
        };
    }

    private static RuleToken ReadNext(string rule, int at) =>
        at == rule.Length ? new RuleToken(TokenKind.End, at, at)
        : StartsNumber(rule, at) ? NumberReader.Read(rule, at)
        : IsNameStart(rule[at]) ? ReadWord(rule, at)
        : ReadDashedWord(rule, at) ?? ReadSymbol(rule, at);

    private static RuleToken ReadWord(string rule, int at)
    {
        var end = EndOfName(rule, at);
        return new RuleToken(Find(Words, rule.AsSpan(at, end - at)) ?? TokenKind.Name, at, end);
    }

    /// <summary>Null where the dash is a minus sign: before anything but one of PowerShell's operators.</summary>
    private static RuleToken? ReadDashedWord(string rule, int at)
    {
        if (at + 1 >= rule.Length || rule[at] != '-' || !IsNameStart(rule[at + 1]))
        {
            return null;
        }

        var end = EndOfName(rule, at + 1);
        return Find(DashedWords, rule.AsSpan(at + 1, end - at - 1)) is { } kind ? new RuleToken(kind, at, end) : null;
    }

    private static RuleToken ReadSymbol(string rule, int at)
    {
        var rest = rule.AsSpan(at);
        foreach (var (text, kind) in Symbols)
        {
            if (rest.StartsWith(text, StringComparison.Ordinal))
            {
                return new RuleToken(kind, at, at + text.Length);
            }
        }

        throw new RuleException(rule, at, Refuse(rule[at]));
    }

    /// <summary>The next position that is neither blank nor in a comment. Comments are Go's, since the original accepts them.</summary>
    private static int SkipBlanks(string rule, int from)
    {
        while (from < rule.Length)
        {
            if (char.IsWhiteSpace(rule[from]))
            {
                from++;
            }
            else if (string.CompareOrdinal(rule, from, "//", 0, 2) == 0)
            {
                var end = rule.IndexOf('\n', from);
                from = end < 0 ? rule.Length : end + 1;
            }
            else if (string.CompareOrdinal(rule, from, "/*", 0, 2) == 0)
            {
                var end = rule.IndexOf("*/", from + 2, StringComparison.Ordinal);
                from = end >= 0 ? end + 2 : throw new RuleException(rule, from, "this comment has no end; close it with */");
            }
            else
            {
                break;
            }
        }

        return from;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private static bool StartsNumber(string rule, int at) =>
        char.IsAsciiDigit(rule[at]) || (rule[at] == '.' && at + 1 < rule.Length && char.IsAsciiDigit(rule[at + 1]));

    private static TokenKind? Find((string Text, TokenKind Kind)[] words, ReadOnlySpan<char> word)
    {
        foreach (var (text, kind) in words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return null;
    }

    private static string Refuse(char c) => c switch
    {
        '=' => "= is not an operator; did you mean ==?",
        '&' => "& is not an operator; did you mean &&?",
        '|' => "| is not an operator; did you mean ||?",
        '?' => "? is not an operator; write (a and b) or (not a and c) for a choice",
        '"' or '\'' or '`' => "a rule has no strings; write a version without quotes, as in version >= 3.5.6",
        > ' ' and <= '~' => $"{c} has no meaning in a rule",
        _ when char.IsLetter(c) || char.IsSymbol(c) || char.IsPunctuation(c) => $"{c} has no meaning in a rule",
        _ => string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4} has no meaning in a rule"),
    };
}
