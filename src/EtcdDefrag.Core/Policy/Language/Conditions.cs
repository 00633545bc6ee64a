using System.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>Two values of one type compared.</summary>
internal abstract class Comparison(TokenKind operation) : BooleanNode
{
    public TokenKind Operation => operation;

    public abstract RuleNode Left { get; }

    public abstract RuleNode Right { get; }

    public override int Binding => Operators.BindingOf(operation);

    public override void Print(StringBuilder text)
    {
        PrintInside(text, Left, Binding);
        text.Append(' ').Append(Operators.Write(operation)).Append(' ');
        PrintInside(text, Right, Binding + 1);
    }
}

/// <summary>Two numbers compared.</summary>
internal sealed class NumberComparison(TokenKind operation, NumberNode left, NumberNode right) : Comparison(operation)
{
    public override NumberNode Left => left;

    public override NumberNode Right => right;

    public override bool Evaluate(MemberFacts facts) =>
        Operators.Holds(Operation, Read(left, facts).CompareTo(Read(right, facts)));

    // Infinity less infinity and its like compare with nothing: in IEEE's way that would be a silent no.
    private static double Read(NumberNode part, MemberFacts facts)
    {
        var value = part.Evaluate(facts);
        return double.IsNaN(value)
            ? throw new RuleEvaluationException(
                part.ToString(),
                "has no value for this member, as its numbers grow beyond all bounds; simplify it")
            : value;
    }
}

/// <summary>Two conditions compared.</summary>
internal sealed class BooleanComparison(TokenKind operation, BooleanNode left, BooleanNode right) : Comparison(operation)
{
    public override BooleanNode Left => left;

    public override BooleanNode Right => right;

    public override bool Evaluate(MemberFacts facts) =>
        left.Evaluate(facts) == right.Evaluate(facts) == (Operation == TokenKind.Equal);
}

/// <summary>Two versions compared.</summary>
internal sealed class VersionComparison(TokenKind operation, VersionNode left, VersionNode right) : Comparison(operation)
{
    public override VersionNode Left => left;

    public override VersionNode Right => right;

    public override bool Evaluate(MemberFacts facts) =>
        Operators.Holds(Operation, left.Evaluate(facts).Order(right.Evaluate(facts)));
}

/// <summary>A condition turned round.</summary>
internal sealed class Inversion(BooleanNode operand) : BooleanNode
{
    public BooleanNode Operand => operand;

    public override int Binding => Precedence.Not;

    public override bool Evaluate(MemberFacts facts) => !operand.Evaluate(facts);

    public override void Print(StringBuilder text)
    {
        text.Append("not ");
        PrintInside(text, operand, Precedence.Not);
    }
}

/// <summary>Two conditions joined; the right one is not asked where the left one decides.</summary>
internal sealed class Junction(TokenKind operation, BooleanNode left, BooleanNode right) : BooleanNode
{
    public TokenKind Operation => operation;

    public BooleanNode Left => left;

    public BooleanNode Right => right;

    public override int Binding => Operators.BindingOf(operation);

    public override bool Evaluate(MemberFacts facts) => operation == TokenKind.And
        ? left.Evaluate(facts) && right.Evaluate(facts)
        : left.Evaluate(facts) || right.Evaluate(facts);

    public override void Print(StringBuilder text)
    {
        PrintInside(text, left, Binding);
        text.Append(' ').Append(Operators.Write(operation)).Append(' ');
        PrintInside(text, right, Binding + 1);
    }
}
