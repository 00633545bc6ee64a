namespace EtcdDefrag.Policy.Language;

/// <summary>A part and where it begins, for the caret.</summary>
internal readonly record struct Part(RuleNode Node, int Start);

/// <summary>Makes nodes of parts, and refuses those whose types do not go together.</summary>
internal sealed class NodeBuilder(string rule)
{
    private const string Versions = "version, or a version such as 3.5.6";

    public Part Leaf(RuleToken token)
    {
        var text = rule[token.Start..token.End];
        RuleNode node = token.Kind switch
        {
            TokenKind.Number => new NumberLiteral(token.Value, text, token.Form),
            TokenKind.Version => new VersionLiteral(ReadVersion(text), text),
            TokenKind.True => new BooleanLiteral(true),
            TokenKind.False => new BooleanLiteral(false),
            _ => KnownNames.Find(text) ?? throw new RuleException(rule, token.Start, KnownNames.Refuse(text)),
        };
        return new Part(node, token.Start);
    }

    public Part Prefix(RuleToken sign, Part operand)
    {
        if (sign.Kind == TokenKind.Minus)
        {
            return new Part(new Negation(Expect<NumberNode>(operand, "-", "a number")), sign.Start);
        }

        // Said to the newcomer from other languages, where ! reaches further.
        var word = rule[sign.Start..sign.End];
        var hint = sign.Kind == TokenKind.Bang ? "true or false, and reaches no further than a parenthesis: !(...)" : "true or false";
        return new Part(new Inversion(Expect<BooleanNode>(operand, word, hint)), sign.Start);
    }

    public Part Join(RuleToken operation, Part left, Part right)
    {
        var word = rule[operation.Start..operation.End];
        RuleNode node = Operators.BindingOf(operation.Kind) switch
        {
            Precedence.Or or Precedence.And => new Junction(
                operation.Kind,
                Expect<BooleanNode>(left, word, "true or false on both sides"),
                Expect<BooleanNode>(right, word, "true or false on both sides")),
            Precedence.Equality or Precedence.Comparison => Compare(operation.Kind, word, left, right),
            _ => new Arithmetic(
                operation.Kind,
                Expect<NumberNode>(left, word, "numbers on both sides"),
                Expect<NumberNode>(right, word, "numbers on both sides")),
        };
        return new Part(node, left.Start);
    }

    public BooleanNode Whole(Part part) => part.Node as BooleanNode ?? throw new RuleException(
        rule,
        part.Start,
        $"{Show(part)} is {TypeOf(part)}; a rule must be true or false, so compare it with something");

    private BooleanNode Compare(TokenKind operation, string word, Part left, Part right)
    {
        if (left.Node is VersionNode || right.Node is VersionNode)
        {
            return new VersionComparison(operation, AsVersion(left, word), AsVersion(right, word));
        }

        if (left.Node is BooleanNode first && Operators.BindingOf(operation) == Precedence.Equality)
        {
            return new BooleanComparison(operation, first, Expect<BooleanNode>(right, word, "true or false here, as on its left"));
        }

        const string Need = "numbers on both sides";
        return new NumberComparison(operation, Expect<NumberNode>(left, word, Need), Expect<NumberNode>(right, word, Need));
    }

    // 3.5 is a number until it meets a version.
    private VersionNode AsVersion(Part part, string word) => part.Node switch
    {
        NumberLiteral number when RuleVersion.TryParse(number.Written, out var version) => new VersionLiteral(version, number.Written),
        _ => Expect<VersionNode>(part, word, Versions),
    };

    private static RuleVersion ReadVersion(string text) => RuleVersion.TryParse(text, out var version)
        ? version
        : throw new InvalidOperationException($"{text} was read as a version and is none.");

    private T Expect<T>(Part part, string word, string need)
        where T : RuleNode => part.Node as T ?? throw new RuleException(
            rule,
            part.Start,
            $"{Show(part)} is {TypeOf(part)}; {word} needs {need}");

    private static string TypeOf(Part part) => part.Node switch
    {
        NumberNode => "a number",
        VersionNode => "a version",
        _ => "true or false",
    };

    private static string Show(Part part)
    {
        var text = part.Node.ToString();
        return text.Length <= 60 ? text : text[..60] + "...";
    }
}
