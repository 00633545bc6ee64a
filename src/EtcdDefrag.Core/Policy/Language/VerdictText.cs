using System.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>Writes a rule with a member's numbers behind every comparison, and which part decided.</summary>
internal static class VerdictText
{
    private static readonly string[] Ordinals =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    public static string Write(BooleanNode rule, MemberFacts facts, bool isMatch)
    {
        var text = new StringBuilder();
        WriteCondition(text, rule, facts);
        text.Append(isMatch ? ": matches" : ": does not match");

        // An "or" matches by one part and an "and" fails by one; the other way round all parts had a say.
        if (rule is Junction junction && junction.Operation == TokenKind.Or == isMatch)
        {
            var decider = PartsOf(junction).FindIndex(part => part.Evaluate(facts) == isMatch);
            text.Append(" by ").Append(decider < Ordinals.Length ? $"the {Ordinals[decider]}" : $"part {decider + 1}");
        }

        return text.ToString();
    }

    private static void WriteCondition(StringBuilder text, BooleanNode node, MemberFacts facts)
    {
        switch (node)
        {
            case Junction junction:
                WriteParts(text, junction, facts);
                break;
            case Inversion { Operand: BooleanName } inversion:
                text.Append("not ");
                WriteCondition(text, inversion.Operand, facts);
                break;
            case Inversion inversion:
                text.Append("not (");
                WriteCondition(text, inversion.Operand, facts);
                text.Append(')');
                break;
            default:
                node.Print(text);
                WriteValues(text, node, facts);
                break;
        }
    }

    private static void WriteParts(StringBuilder text, Junction junction, MemberFacts facts)
    {
        var separator = "";
        foreach (var part in PartsOf(junction))
        {
            text.Append(separator);
            separator = $" {Operators.Write(junction.Operation)} ";
            if (part is not Junction)
            {
                WriteCondition(text, part, facts);
                continue;
            }

            text.Append('(');
            WriteCondition(text, part, facts);
            text.Append(')');
        }
    }

    // A chain of one operator leans to the left and may be long: it is walked, not recursed into.
    private static List<BooleanNode> PartsOf(Junction junction)
    {
        var parts = new List<BooleanNode>();
        BooleanNode rest = junction;
        while (rest is Junction chain && chain.Operation == junction.Operation)
        {
            parts.Add(chain.Right);
            rest = chain.Left;
        }

        parts.Add(rest);
        parts.Reverse();
        return parts;
    }

    private static void WriteValues(StringBuilder text, BooleanNode node, MemberFacts facts)
    {
        var values = node is BooleanLiteral ? "" : TryRead(node, facts);
        if (values.Length > 0)
        {
            text.Append(" (").Append(values).Append(')');
        }
    }

    // A part that was not needed for the verdict may well have no value.
    private static string TryRead(BooleanNode node, MemberFacts facts)
    {
        try
        {
            return Read(node, facts);
        }
        catch (RuleEvaluationException)
        {
            return "not known";
        }
    }

    private static string Read(BooleanNode node, MemberFacts facts)
    {
        switch (node)
        {
            case NumberComparison numbers:
                var (left, right) = (numbers.Left.Evaluate(facts), numbers.Right.Evaluate(facts));
                var isBytes = numbers.Left.IsBytes || numbers.Right.IsBytes;
                return Pair(numbers, NumberText.Write(left, right, isBytes), NumberText.Write(right, left, isBytes));
            case VersionComparison versions:
                return Pair(versions, versions.Left.Evaluate(facts).ToString(), versions.Right.Evaluate(facts).ToString());
            case BooleanComparison conditions:
                return Pair(conditions, Write(conditions.Left.Evaluate(facts)), Write(conditions.Right.Evaluate(facts)));
            default:
                return Write(node.Evaluate(facts));
        }
    }

    // What already stands in the rule as a literal is not said again.
    private static string Pair(Comparison comparison, string left, string right) =>
        (IsLiteral(comparison.Left), IsLiteral(comparison.Right)) switch
        {
            (true, true) => "",
            (false, true) => left,
            (true, false) => right,
            _ => $"{left} {Operators.Write(comparison.Operation)} {right}",
        };

    private static bool IsLiteral(RuleNode node) => node is NumberLiteral or BooleanLiteral or VersionLiteral;

    private static string Write(bool value) => value ? "true" : "false";
}
