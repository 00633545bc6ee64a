using System.Text;
using EtcdDefrag.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>Writes a rule with the member's numbers after every comparison, and which part decided.</summary>
internal static class VerdictText
{
    private static readonly string[] Ordinals =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    public static string Write(RuleNode<bool> rule, MemberFacts member, bool isMatch)
    {
        var text = new StringBuilder();
        WriteCondition(text, rule, member);
        text.Append(isMatch ? ": matches" : ": does not match");

        // One part makes an "or" match and an "and" fail; otherwise all parts had a say.
        if (rule is Junction junction && junction.Operation == TokenKind.Or == isMatch)
        {
            var decisive = junction.FindParts().FindIndex(part => part.Evaluate(member) == isMatch);
            text.Append(" by ").Append(decisive < Ordinals.Length ? $"the {Ordinals[decisive]}" : $"part {decisive + 1}");
        }

        return text.ToString();
    }

    private static void WriteCondition(StringBuilder text, RuleNode<bool> node, MemberFacts member)
    {
        switch (node)
        {
            case Junction junction:
                WriteParts(text, junction, member);
                break;
            case Inversion inversion:
                text.Append("not ");
                WriteInside(text, inversion.Operand, member, isWhole: inversion.Operand is Name<bool>);
                break;
            default:
                node.Print(text);
                text.Append(Describe(node, member) is { Length: > 0 } values ? $" ({values})" : "");
                break;
        }
    }

    private static void WriteParts(StringBuilder text, Junction junction, MemberFacts member)
    {
        var separator = "";
        foreach (var part in junction.FindParts())
        {
            text.Append(separator);
            separator = $" {Operators.Write(junction.Operation)} ";
            WriteInside(text, part, member, isWhole: part is not Junction);
        }
    }

    private static void WriteInside(StringBuilder text, RuleNode<bool> part, MemberFacts member, bool isWhole)
    {
        text.Append(isWhole ? "" : "(");
        WriteCondition(text, part, member);
        text.Append(isWhole ? "" : ")");
    }

    private static string Describe(RuleNode<bool> node, MemberFacts member)
    {
        try
        {
            return node switch
            {
                Literal<bool> => "",
                Comparison<double> numbers => Compare(numbers, member, WriteNumber(numbers.Left.IsBytes || numbers.Right.IsBytes)),
                Comparison<RuleVersion> versions => Compare(versions, member, (version, _) => version.ToString()),
                Comparison<bool> conditions => Compare(conditions, member, (condition, _) => Write(condition)),
                _ => Write(node.Evaluate(member)),
            };
        }
        catch (RuleEvaluationException)
        {
            // A part that the verdict did not need may well have no value.
            return "not known";
        }
    }

    // A literal is in the rule already and is not repeated.
    private static string Compare<T>(Comparison<T> comparison, MemberFacts member, Func<T, T, string> write)
        where T : IComparable<T>
    {
        var (left, right) = (comparison.Left.Evaluate(member), comparison.Right.Evaluate(member));
        return (comparison.Left is Literal<T>, comparison.Right is Literal<T>) switch
        {
            (true, true) => "",
            (false, true) => write(left, right),
            (true, false) => write(right, left),
            _ => $"{write(left, right)} {Operators.Write(comparison.Operation)} {write(right, left)}",
        };
    }

    private static Func<double, double, string> WriteNumber(bool isBytes) => isBytes ? Units.ComparedSize : Units.Compared;

    private static string Write(bool value) => value ? "true" : "false";
}
