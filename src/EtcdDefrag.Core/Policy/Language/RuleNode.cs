using System.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>A part of a rule, read and checked. Immutable; prints itself in canonical form.</summary>
internal abstract class RuleNode
{
    public virtual int Binding => Precedence.Atom;

    /// <summary>Whether it is a number of bytes, which is shown as a size.</summary>
    public virtual bool IsBytes => false;

    /// <summary>Whether its text ends in a percent sign, which a minus sign must not follow.</summary>
    public virtual bool EndsInPercent => false;

    public abstract void Print(StringBuilder text);

    public override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    /// <summary>Prints an operand, in parentheses where it would otherwise be read differently.</summary>
    protected static void PrintOperand(StringBuilder text, RuleNode operand, int minBinding, bool always = false)
    {
        if (!always && operand.Binding >= minBinding)
        {
            operand.Print(text);
            return;
        }

        text.Append('(');
        operand.Print(text);
        text.Append(')');
    }

    protected static void PrintBinary(StringBuilder text, RuleNode left, TokenKind operation, RuleNode right)
    {
        // "45% - 5" would be ambiguous, so the left side gets parentheses.
        var binding = Operators.BindingOf(operation);
        PrintOperand(text, left, binding, always: operation == TokenKind.Minus && left.EndsInPercent);
        text.Append(' ').Append(Operators.Write(operation)).Append(' ');
        PrintOperand(text, right, binding + 1);
    }
}

/// <summary>A part with a value: a number (double), a condition (bool) or a version.</summary>
internal abstract class RuleNode<T> : RuleNode
{
    public abstract T Evaluate(MemberFacts member);
}

/// <summary>A value as it was written, so that 200M is printed as 200M.</summary>
internal sealed class Literal<T>(T value, string written, NumberForm form = NumberForm.Plain) : RuleNode<T>
{
    public string Written => written;

    public override bool IsBytes => form == NumberForm.Size;

    public override bool EndsInPercent => form == NumberForm.Percent;

    public override T Evaluate(MemberFacts member) => value;

    public override void Print(StringBuilder text) => text.Append(written);
}

/// <summary>A property of the member.</summary>
internal sealed class Name<T>(string name, Func<MemberFacts, T> read, bool isBytes = false) : RuleNode<T>
{
    public override bool IsBytes => isBytes;

    public override T Evaluate(MemberFacts member) => read(member);

    public override void Print(StringBuilder text) => text.Append(name);
}

internal sealed class Negation(RuleNode<double> operand) : RuleNode<double>
{
    public override int Binding => Precedence.Unary;

    public override bool IsBytes => operand.IsBytes;

    public override bool EndsInPercent => operand.EndsInPercent;

    public override double Evaluate(MemberFacts member) => -operand.Evaluate(member);

    public override void Print(StringBuilder text)
    {
        text.Append('-');
        PrintOperand(text, operand, Precedence.Unary);
    }
}

/// <summary>Two numbers combined, in double precision, which holds every size up to 8 PiB exactly.</summary>
internal sealed class Arithmetic(TokenKind operation, RuleNode<double> left, RuleNode<double> right) : RuleNode<double>
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

    public override double Evaluate(MemberFacts member)
    {
        var a = left.Evaluate(member);
        var b = right.Evaluate(member);
        var value = operation switch
        {
            TokenKind.Plus => a + b,
            TokenKind.Minus => a - b,
            TokenKind.Times => a * b,
            TokenKind.Divide => b != 0 ? a / b : throw DividesByZero(),
            TokenKind.Modulo => b != 0 ? a % b : throw DividesByZero(),
            TokenKind.Power => Math.Pow(a, b),
            TokenKind.ShiftLeft => Shift(Whole(a, left), Whole(b, right)),
            _ => Shift(Whole(a, left), -Whole(b, right)),
        };

        // Infinity minus infinity, for example. Every comparison with it is false, which would be a silent no.
        return !double.IsNaN(value) ? value : throw new RuleEvaluationException(
            ToString(), "has no value for this member, since its numbers overflow; simplify it");
    }

    public override void Print(StringBuilder text) => PrintBinary(text, left, operation, right);

    private static double Shift(long value, long by) => by switch
    {
        >= 64 => 0,
        >= 0 => value << (int)by,
        > -64 => value >> (int)-by,
        _ => value < 0 ? -1 : 0,
    };

    private long Whole(double value, RuleNode part) => Math.Abs(value) < 9.2e18 && value == Math.Truncate(value)
        ? (long)value
        : throw new RuleEvaluationException(
            part.ToString(), $"is not a whole number of 63 bits, so {Operators.Write(operation)} cannot shift with it; use * or / instead");

    private RuleEvaluationException DividesByZero() => new(
        ToString(), $"divides by zero, since {right} is 0 for this member; check first, as in '{right} != 0 and ...'");
}

internal sealed class Comparison<T>(TokenKind operation, RuleNode<T> left, RuleNode<T> right) : RuleNode<bool>
    where T : IComparable<T>
{
    public TokenKind Operation => operation;

    public RuleNode<T> Left => left;

    public RuleNode<T> Right => right;

    public override int Binding => Operators.BindingOf(operation);

    public override bool Evaluate(MemberFacts member) =>
        Operators.Holds(operation, left.Evaluate(member).CompareTo(right.Evaluate(member)));

    public override void Print(StringBuilder text) => PrintBinary(text, left, operation, right);
}

internal sealed class Inversion(RuleNode<bool> operand) : RuleNode<bool>
{
    public RuleNode<bool> Operand => operand;

    public override int Binding => Precedence.Not;

    public override bool Evaluate(MemberFacts member) => !operand.Evaluate(member);

    public override void Print(StringBuilder text)
    {
        text.Append("not ");
        PrintOperand(text, operand, Precedence.Not);
    }
}

/// <summary>Two conditions joined by "and" or "or"; the right one is not evaluated where the left one decides.</summary>
internal sealed class Junction(TokenKind operation, RuleNode<bool> left, RuleNode<bool> right) : RuleNode<bool>
{
    private readonly RuleNode<bool> _left = left;
    private readonly RuleNode<bool> _right = right;

    public TokenKind Operation { get; } = operation;

    public override int Binding => Operators.BindingOf(Operation);

    public override bool Evaluate(MemberFacts member) => Operation == TokenKind.And
        ? _left.Evaluate(member) && _right.Evaluate(member)
        : _left.Evaluate(member) || _right.Evaluate(member);

    public override void Print(StringBuilder text) => PrintBinary(text, _left, Operation, _right);

    /// <summary>The conditions of a chain of this operator. It leans to the left and may be long, so no recursion.</summary>
    public List<RuleNode<bool>> FindParts()
    {
        var parts = new List<RuleNode<bool>>();
        RuleNode<bool> rest = this;
        while (rest is Junction chain && chain.Operation == Operation)
        {
            parts.Add(chain._right);
            rest = chain._left;
        }

        parts.Add(rest);
        parts.Reverse();
        return parts;
    }
}
