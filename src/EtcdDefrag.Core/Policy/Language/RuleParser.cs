namespace EtcdDefrag.Policy.Language;

/// <summary>Reads a rule by precedence climbing. Types are checked on the way, so that what comes out can be asked.</summary>
internal sealed class RuleParser
{
    public const int MaxLength = 4096;
    public const int MaxNesting = 64;

    // A chain of operators leans to the left, one deeper with each; this keeps every walk over it clear of a small stack's end.
    public const int MaxOperators = 256;

    private readonly string rule;
    private readonly List<RuleToken> tokens;
    private readonly NodeBuilder build;
    private int next;
    private int depth;
    private int operators;

    private RuleParser(string rule)
    {
        this.rule = rule;
        tokens = RuleLexer.Read(rule);
        build = new NodeBuilder(rule);
    }

    private RuleToken Current => tokens[next];

    public static BooleanNode Parse(string rule)
    {
        if (rule.Length > MaxLength)
        {
            throw new RuleException(rule, MaxLength, $"a rule has at most {MaxLength} characters");
        }

        var parser = new RuleParser(rule);
        return parser.Current.Kind != TokenKind.End
            ? parser.ReadWhole()
            : throw new RuleException(rule, 0, "the rule is empty; give a condition such as dbSizeFree > 200M, or true for always");
    }

    private BooleanNode ReadWhole()
    {
        var whole = ReadFrom(Precedence.Or);
        return Current.Kind == TokenKind.End
            ? build.Whole(whole)
            : throw Fail(Current.Kind == TokenKind.Close ? "this ) closes nothing" : $"expected an operator, not {Describe(Current)}");
    }

    private Part ReadFrom(int binding)
    {
        var left = ReadOperand();
        while (Operators.BindingOf(Current.Kind) is var tightness && tightness >= binding)
        {
            var operation = ReadOperator();
            left = build.Join(operation, left, ReadFrom(tightness + 1));
        }

        return left;
    }

    private RuleToken ReadOperator() => ++operators <= MaxOperators
        ? tokens[next++]
        : throw Fail($"a rule has at most {MaxOperators} operators");

    private Part ReadOperand()
    {
        var token = tokens[next];
        switch (token.Kind)
        {
            case TokenKind.Open:
                return Nested(ReadParenthesis);
            case TokenKind.Minus or TokenKind.Bang:
                return Nested(() => build.Prefix(token, ReadOperand()));
            case TokenKind.NotWord:
                // Looser than comparisons: "not dbSize > 5" can mean but one thing, and between conditions both ways agree.
                return Nested(() => build.Prefix(token, ReadFrom(Precedence.Not)));
            case TokenKind.Number or TokenKind.Version or TokenKind.Name or TokenKind.True or TokenKind.False:
                next++;
                return build.Leaf(token);
            default:
                throw Fail($"expected a number, a name, true, false, not or (, not {Describe(token)}");
        }
    }

    private Part Nested(Func<Part> read)
    {
        if (++depth > MaxNesting)
        {
            throw Fail($"parentheses and signs are nested more than {MaxNesting} deep");
        }

        next++;
        var part = read();
        depth--;
        return part;
    }

    private Part ReadParenthesis()
    {
        var open = tokens[next - 1];
        var inner = ReadFrom(Precedence.Or);
        if (Current.Kind != TokenKind.Close)
        {
            throw Fail($"expected an operator or ), not {Describe(Current)}");
        }

        next++;
        return inner with { Start = open.Start };
    }

    private string Describe(RuleToken token)
    {
        var text = rule.AsSpan(token.Start, Math.Min(token.End - token.Start, 40));
        return token.Kind == TokenKind.End ? "the end of the rule" : text.ToString();
    }

    private RuleException Fail(string problem) => new(rule, Current.Start, problem);
}
