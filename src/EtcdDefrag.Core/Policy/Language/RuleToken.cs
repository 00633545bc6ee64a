using System.Runtime.InteropServices;

namespace EtcdDefrag.Policy.Language;

/// <summary>What a token is; two spellings of one operator are one kind.</summary>
internal enum TokenKind
{
    End,
    Number,
    Version,
    Name,
    True,
    False,
    Open,
    Close,
    Bang,
    NotWord,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    ShiftLeft,
    ShiftRight,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Power,
}

/// <summary>How a number literal was written.</summary>
internal enum NumberForm
{
    Plain,
    Size,
    Percent,
}

/// <summary>A piece of a rule's text, from Start to before End.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleToken(TokenKind Kind, int Start, int End, double Value = 0, NumberForm Form = NumberForm.Plain);

/// <summary>How tightly an expression binds; a looser one inside a tighter one needs parentheses.</summary>
/// <remarks>
/// Go's order, except that equality is looser than the order comparisons, as in the original's evaluator: it changes the meaning of no
/// rule, and allows <c>isLeader == dbSize &gt; 5</c>.
/// </remarks>
internal static class Precedence
{
    public const int Or = 1;
    public const int And = 2;
    public const int Not = 3;
    public const int Equality = 4;
    public const int Comparison = 5;
    public const int Shift = 6;
    public const int Sum = 7;
    public const int Product = 8;
    public const int Unary = 9;
    public const int Atom = 10;
}

/// <summary>The binary operators.</summary>
internal static class Operators
{
    /// <summary>How tightly an operator binds; 0 for a token that is not a binary operator.</summary>
    public static int BindingOf(TokenKind kind) => Describe(kind).Binding;

    /// <summary>An operator in canonical form.</summary>
    public static string Write(TokenKind kind) => Describe(kind).Text;

    /// <summary>Whether the order of two values satisfies a comparison.</summary>
    public static bool Holds(TokenKind comparison, int order) => comparison switch
    {
        TokenKind.Equal => order == 0,
        TokenKind.NotEqual => order != 0,
        TokenKind.Less => order < 0,
        TokenKind.LessOrEqual => order <= 0,
        TokenKind.Greater => order > 0,
        _ => order >= 0,
    };

    private static (int Binding, string Text) Describe(TokenKind kind) => kind switch
    {
        TokenKind.Or => (Precedence.Or, "or"),
        TokenKind.And => (Precedence.And, "and"),
        TokenKind.Equal => (Precedence.Equality, "=="),
        TokenKind.NotEqual => (Precedence.Equality, "!="),
        TokenKind.Less => (Precedence.Comparison, "<"),
        TokenKind.LessOrEqual => (Precedence.Comparison, "<="),
        TokenKind.Greater => (Precedence.Comparison, ">"),
        TokenKind.GreaterOrEqual => (Precedence.Comparison, ">="),
        TokenKind.ShiftLeft => (Precedence.Shift, "<<"),
        TokenKind.ShiftRight => (Precedence.Shift, ">>"),
        TokenKind.Plus => (Precedence.Sum, "+"),
        TokenKind.Minus => (Precedence.Sum, "-"),
        TokenKind.Times => (Precedence.Product, "*"),
        TokenKind.Divide => (Precedence.Product, "/"),
        TokenKind.Modulo => (Precedence.Product, "%"),
        TokenKind.Power => (Precedence.Product, "**"),
        _ => (0, ""),
    };
}
