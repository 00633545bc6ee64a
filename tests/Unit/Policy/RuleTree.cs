using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

/// <summary>An expression as the tests make it up: printed and evaluated without a line of the tested code.</summary>
internal abstract record RuleTree
{
    /// <summary>Strengths after the language's description: or, and, not, equality, order, shift, sum, product, sign, atom.</summary>
    public abstract int Strength { get; }

    /// <summary>The text, spelt after a number that picks among spellings, with no parentheses that could be spared.</summary>
    public abstract string Print(int spelling);

    /// <summary>A double or a bool. A division by zero is <see cref="DivideByZeroException"/>.</summary>
    public abstract object Evaluate(MemberFacts facts);

    protected static string Inside(RuleTree part, int atLeast, int spelling) =>
        part.Strength < atLeast || spelling % 7 == 3 ? $"({part.Print(spelling / 2)})" : part.Print(spelling / 2);
}

internal sealed record Leaf(string Text, Func<MemberFacts, object> Value) : RuleTree
{
    public override int Strength => 10;

    public override string Print(int spelling) => Text;

    public override object Evaluate(MemberFacts facts) => Value(facts);
}

internal sealed record Minus(RuleTree Operand) : RuleTree
{
    public override int Strength => 9;

    public override string Print(int spelling) => "-" + Inside(Operand, 9, spelling);

    public override object Evaluate(MemberFacts facts) => 0 - (double)Operand.Evaluate(facts);
}

internal sealed record Not(RuleTree Operand) : RuleTree
{
    // The word is loose and the sign is tight: in text that holds for both, an operand of either is a whole.
    public override int Strength => 3;

    public override string Print(int spelling) => (spelling % 3) switch
    {
        0 => "!" + Inside(Operand, 9, spelling),
        1 => "not " + Inside(Operand, 3, spelling),
        _ => "-NOT " + Inside(Operand, 3, spelling),
    };

    public override object Evaluate(MemberFacts facts) => !(bool)Operand.Evaluate(facts);
}

internal sealed record Binary(string Sign, RuleTree Left, RuleTree Right) : RuleTree
{
    private static readonly Dictionary<string, (int Strength, string[] Spellings)> Signs = new(StringComparer.Ordinal)
    {
        ["||"] = (1, ["||", "or", "-or", "OR"]),
        ["&&"] = (2, ["&&", "and", "-and", "And"]),
        ["=="] = (4, ["==", "-eq", "-EQ"]),
        ["!="] = (4, ["!=", "-ne"]),
        ["<"] = (5, ["<", "-lt"]),
        ["<="] = (5, ["<=", "-le"]),
        [">"] = (5, [">", "-gt", "-Gt"]),
        [">="] = (5, [">=", "-ge"]),
        ["+"] = (7, ["+"]),
        ["-"] = (7, ["-"]),
        ["*"] = (8, ["*"]),
        ["/"] = (8, ["/"]),
        ["%"] = (8, ["%"]),
    };

    public override int Strength => Signs[Sign].Strength;

    public override string Print(int spelling)
    {
        var spellings = Signs[Sign].Spellings;
        return $"{Inside(Left, Strength, spelling)} {spellings[spelling % spellings.Length]} {Inside(Right, Strength + 1, spelling / 3)}";
    }

    public override object Evaluate(MemberFacts facts) => Sign switch
    {
        "||" => (bool)Left.Evaluate(facts) || (bool)Right.Evaluate(facts),
        "&&" => (bool)Left.Evaluate(facts) && (bool)Right.Evaluate(facts),
        "==" => Left.Evaluate(facts).Equals(Right.Evaluate(facts)),
        "!=" => !Left.Evaluate(facts).Equals(Right.Evaluate(facts)),
        _ => Compute((double)Left.Evaluate(facts), (double)Right.Evaluate(facts)),
    };

    private object Compute(double a, double b) => Sign switch
    {
        "<" => a < b,
        "<=" => a < b || a == b,
        ">" => b < a,
        ">=" => b < a || a == b,
        "+" => b + a,
        "-" => a + -b,
        "*" => b * a,
        "/" => b == 0 ? throw new DivideByZeroException() : a / b,
        _ => b == 0 ? throw new DivideByZeroException() : Remainder(a, b),
    };

    // By way of IEEE's remainder, whose sign may be the other one.
    private static double Remainder(double a, double b)
    {
        var rest = Math.IEEERemainder(a, b);
        return rest != 0 && Math.Sign(rest) != Math.Sign(a) ? rest + Math.CopySign(b, a) : rest;
    }
}
