using System.Globalization;

namespace EtcdDefrag.Policy.Language;

/// <summary>Cuts a rule's text into tokens.</summary>
internal sealed class RuleLexer(string rule)
{
    // The longer spelling stands before its own beginning.
    private static readonly (string Text, TokenKind Kind)[] Symbols =
    [
        ("&&", TokenKind.And), ("||", TokenKind.Or), ("==", TokenKind.Equal), ("!=", TokenKind.NotEqual),
        ("<<", TokenKind.ShiftLeft), (">>", TokenKind.ShiftRight), ("<=", TokenKind.LessOrEqual), (">=", TokenKind.GreaterOrEqual),
        ("**", TokenKind.Power), ("<", TokenKind.Less), (">", TokenKind.Greater), ("!", TokenKind.Bang), ("+", TokenKind.Plus),
        ("-", TokenKind.Minus), ("*", TokenKind.Times), ("/", TokenKind.Divide), ("%", TokenKind.Modulo),
        ("(", TokenKind.Open), (")", TokenKind.Close),
    ];

    private int next;

    /// <summary>Every token of the text, closed by one <see cref="TokenKind.End"/>.</summary>
    public static List<RuleToken> Read(string rule)
    {
        var lexer = new RuleLexer(rule);
        var tokens = new List<RuleToken>();
        do
        {
            tokens.Add(lexer.ReadNext());
        }
        while (tokens[^1].Kind != TokenKind.End);

        return tokens;
    }

    private RuleToken ReadNext()
    {
        next = RuleText.SkipBlanks(rule, next);
        var token = next == rule.Length ? new RuleToken(TokenKind.End, next, next)
            : RuleText.StartsNumber(rule, next) ? NumberReader.Read(rule, next)
            : RuleText.IsNameStart(rule[next]) ? ReadName()
            : ReadWordOperator() ?? ReadSymbol();
        next = token.End;
        return token;
    }

    private RuleToken ReadName()
    {
        var end = RuleText.EndOfName(rule, next);
        return new RuleToken(RuleText.WordKind(rule.AsSpan(next, end - next)), next, end);
    }

    private RuleToken? ReadWordOperator() =>
        RuleText.DashedKind(rule, next, out var end) is { } kind ? new RuleToken(kind, next, end) : null;

    private RuleToken ReadSymbol()
    {
        var rest = rule.AsSpan(next);
        foreach (var (text, kind) in Symbols)
        {
            if (rest.StartsWith(text, StringComparison.Ordinal))
            {
                return new RuleToken(kind, next, next + text.Length);
            }
        }

        throw new RuleException(rule, next, Refuse(rule[next]));
    }

    private static string Refuse(char c) => c switch
    {
        '=' => "= is no operator; did you mean ==?",
        '&' => "& is no operator; did you mean &&?",
        '|' => "| is no operator; did you mean ||?",
        '?' => "? is no operator; write (a and b) or (not a and c) for a choice",
        '"' or '\'' or '`' => "a rule knows no texts; a version is written without quotes, as in version >= 3.5.6",
        > ' ' and <= '~' => $"{c} means nothing in a rule",
        _ when char.IsLetter(c) || char.IsSymbol(c) || char.IsPunctuation(c) => $"{c} means nothing in a rule",
        _ => string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4} means nothing in a rule"),
    };
}
