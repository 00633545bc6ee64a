namespace EtcdDefrag.Policy.Language;

/// <summary>The operators between two parts: how tightly they bind, and how they are written in canonical form.</summary>
internal static class Operators
{
    /// <summary>How tightly an operator binds, or 0 for a token that is none.</summary>
    /// <remarks>Go's order, save that equality is looser than the order comparisons, as in the original's evaluator: no rule means
    /// something else by it, and <c>isLeader == dbSize &gt; 5</c> can be said.</remarks>
    public static int BindingOf(TokenKind kind) => kind switch
    {
        TokenKind.Or => Precedence.Or,
        TokenKind.And => Precedence.And,
        TokenKind.Equal or TokenKind.NotEqual => Precedence.Equality,
        TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual => Precedence.Comparison,
        TokenKind.ShiftLeft or TokenKind.ShiftRight => Precedence.Shift,
        TokenKind.Plus or TokenKind.Minus => Precedence.Sum,
        TokenKind.Times or TokenKind.Divide or TokenKind.Modulo or TokenKind.Power => Precedence.Product,
        _ => 0,
    };

    public static string Write(TokenKind kind) => kind switch
    {
        TokenKind.Or => "or",
        TokenKind.And => "and",
        TokenKind.Equal => "==",
        TokenKind.NotEqual => "!=",
        TokenKind.Less => "<",
        TokenKind.LessOrEqual => "<=",
        TokenKind.Greater => ">",
        TokenKind.GreaterOrEqual => ">=",
        TokenKind.ShiftLeft => "<<",
        TokenKind.ShiftRight => ">>",
        TokenKind.Plus => "+",
        TokenKind.Minus => "-",
        TokenKind.Times => "*",
        TokenKind.Divide => "/",
        TokenKind.Modulo => "%",
        TokenKind.Power => "**",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It stands between no two parts."),
    };

    /// <summary>Whether an order between two values fulfils a comparison.</summary>
    public static bool Holds(TokenKind comparison, int order) => comparison switch
    {
        TokenKind.Equal => order == 0,
        TokenKind.NotEqual => order != 0,
        TokenKind.Less => order < 0,
        TokenKind.LessOrEqual => order <= 0,
        TokenKind.Greater => order > 0,
        _ => order >= 0,
    };
}
