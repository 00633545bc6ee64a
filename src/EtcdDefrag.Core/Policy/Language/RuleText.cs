namespace EtcdDefrag.Policy.Language;

/// <summary>What can be seen in a rule's text without knowing what went before.</summary>
internal static class RuleText
{
    /// <summary>The next place that is neither blank nor a comment; Go's comments, since the original takes them.</summary>
    public static int SkipBlanks(string rule, int from)
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

    public static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    public static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';

    public static int EndOfName(string rule, int from)
    {
        while (from < rule.Length && IsNamePart(rule[from]))
        {
            from++;
        }

        return from;
    }

    public static bool StartsNumber(string rule, int at) =>
        char.IsAsciiDigit(rule[at]) || (rule[at] == '.' && at + 1 < rule.Length && char.IsAsciiDigit(rule[at + 1]));

    /// <summary>What a word is: an operator, a truth, or a name.</summary>
    public static TokenKind WordKind(ReadOnlySpan<char> word) =>
        Is(word, "and") ? TokenKind.And
        : Is(word, "or") ? TokenKind.Or
        : Is(word, "not") ? TokenKind.NotWord
        : Is(word, "true") ? TokenKind.True
        : Is(word, "false") ? TokenKind.False
        : TokenKind.Name;

    /// <summary>PowerShell's operators. A dash before any other word is a minus sign.</summary>
    public static TokenKind? DashedKind(string rule, int at, out int end)
    {
        end = at;
        if (at + 1 >= rule.Length || rule[at] != '-' || !IsNameStart(rule[at + 1]))
        {
            return null;
        }

        end = EndOfName(rule, at + 1);
        var word = rule.AsSpan(at + 1, end - at - 1);
        return Is(word, "gt") ? TokenKind.Greater
            : Is(word, "ge") ? TokenKind.GreaterOrEqual
            : Is(word, "lt") ? TokenKind.Less
            : Is(word, "le") ? TokenKind.LessOrEqual
            : Is(word, "eq") ? TokenKind.Equal
            : Is(word, "ne") ? TokenKind.NotEqual
            : Is(word, "and") ? TokenKind.And
            : Is(word, "or") ? TokenKind.Or
            : Is(word, "not") ? TokenKind.NotWord
            : null;
    }

    /// <summary>Whether what follows could be the right side of a modulo.</summary>
    public static bool StartsOperand(string rule, int from)
    {
        var at = SkipBlanks(rule, from);
        if (at == rule.Length)
        {
            return false;
        }

        return rule[at] switch
        {
            '(' => true,
            '-' => DashedKind(rule, at, out _) is null,
            var c when IsNameStart(c) => WordKind(rule.AsSpan(at, EndOfName(rule, at) - at)) is TokenKind.Name,
            _ => StartsNumber(rule, at),
        };
    }

    private static bool Is(ReadOnlySpan<char> word, string expected) => word.Equals(expected, StringComparison.OrdinalIgnoreCase);
}
