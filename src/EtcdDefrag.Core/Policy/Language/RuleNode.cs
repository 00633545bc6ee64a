using System.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>How tightly an expression holds together; a looser one inside a tighter one needs parentheses.</summary>
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

/// <summary>A part of a rule that has been read and checked. Immutable; knows how to print itself.</summary>
internal abstract class RuleNode
{
    public virtual int Binding => Precedence.Atom;

    public abstract void Print(StringBuilder text);

    public override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    /// <summary>Prints a part of this node, in parentheses where it would otherwise be read differently.</summary>
    protected static void PrintInside(StringBuilder text, RuleNode part, int atLeast, bool always = false)
    {
        if (!always && part.Binding >= atLeast)
        {
            part.Print(text);
            return;
        }

        text.Append('(');
        part.Print(text);
        text.Append(')');
    }
}

/// <summary>A part that is a number.</summary>
internal abstract class NumberNode : RuleNode
{
    /// <summary>Whether the number counts bytes, so that it is shown as a size.</summary>
    public virtual bool IsBytes => false;

    /// <summary>Whether the printed form ends in a percent sign, which a minus sign must not follow.</summary>
    public virtual bool EndsInPercent => false;

    public abstract double Evaluate(MemberFacts facts);
}

/// <summary>A part that is true or false.</summary>
internal abstract class BooleanNode : RuleNode
{
    public abstract bool Evaluate(MemberFacts facts);
}

/// <summary>A part that is a version.</summary>
internal abstract class VersionNode : RuleNode
{
    public abstract RuleVersion Evaluate(MemberFacts facts);
}
