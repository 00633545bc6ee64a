using System.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>A number with its sign turned.</summary>
internal sealed class Negation(NumberNode operand) : NumberNode
{
    public override int Binding => Precedence.Unary;

    public override bool IsBytes => operand.IsBytes;

    public override bool EndsInPercent => operand.EndsInPercent;

    public override double Evaluate(MemberFacts facts) => -operand.Evaluate(facts);

    public override void Print(StringBuilder text)
    {
        text.Append('-');
        PrintInside(text, operand, Precedence.Unary);
    }
}

/// <summary>Two numbers made one. Everything is computed in double precision, which holds every size up to 8 PiB exactly.</summary>
internal sealed class Arithmetic(TokenKind operation, NumberNode left, NumberNode right) : NumberNode
{
    public override int Binding => Operators.BindingOf(operation);

    public override bool EndsInPercent => right.EndsInPercent;

    public override bool IsBytes => operation switch
    {
        TokenKind.Times => left.IsBytes ^ right.IsBytes,
        TokenKind.Divide => left.IsBytes && !right.IsBytes,
        TokenKind.Plus or TokenKind.Minus => left.IsBytes || right.IsBytes,
        TokenKind.Modulo or TokenKind.ShiftLeft or TokenKind.ShiftRight => left.IsBytes,
        _ => false,
    };

    public override double Evaluate(MemberFacts facts)
    {
        var a = left.Evaluate(facts);
        var b = right.Evaluate(facts);
        return operation switch
        {
            TokenKind.Plus => a + b,
            TokenKind.Minus => a - b,
            TokenKind.Times => a * b,
            TokenKind.Divide => b != 0 ? a / b : throw ByZero(),
            TokenKind.Modulo => b != 0 ? a % b : throw ByZero(),
            TokenKind.Power => Math.Pow(a, b),
            TokenKind.ShiftLeft => Shift(Whole(a, left), Whole(b, right)),
            _ => Shift(Whole(a, left), -Whole(b, right)),
        };
    }

    public override void Print(StringBuilder text)
    {
        // "45% - 5" would be ambiguous, so that the left side is put in parentheses.
        PrintInside(text, left, Binding, always: operation == TokenKind.Minus && left.EndsInPercent);
        text.Append(' ').Append(Operators.Write(operation)).Append(' ');
        PrintInside(text, right, Binding + 1);
    }

    private static double Shift(long value, long by) => by switch
    {
        >= 64 => 0,
        >= 0 => value << (int)by,
        > -64 => value >> (int)-by,
        _ => value < 0 ? -1 : 0,
    };

    private long Whole(double value, NumberNode part) =>
        Math.Abs(value) < 9.2e18 && value == Math.Truncate(value)
            ? (long)value
            : throw new RuleEvaluationException(
                part.ToString(),
                $"is not a whole number of 63 bits, so {Operators.Write(operation)} cannot shift with it; use * or / instead");

    private RuleEvaluationException ByZero() => new(
        ToString(),
        $"divides by zero, for {right} is 0 for this member; ask first, as in '{right} != 0 and ...'");
}
