namespace EtcdDefrag.Policy.Language;

/// <summary>Reads a rule by precedence climbing. Types are checked on the way, so that the result can be evaluated.</summary>
internal sealed class RuleParser
{
    public const int MaxLength = 4096;
    public const int MaxNesting = 64;

    // A chain of operators leans to the left, one level deeper with each; this keeps every walk over it within a small stack.
    public const int MaxOperators = 256;

    private const string Numbers = "numbers on both sides";
    private const string Conditions = "true or false on both sides";

    private readonly string _rule;
    private readonly List<RuleToken> _tokens;
    private int _next;
    private int _depth;
    private int _operators;

    private RuleParser(string rule)
    {
        _rule = rule;
        _tokens = RuleLexer.Read(rule);
    }

    private RuleToken Current => _tokens[_next];

    public static RuleNode<bool> Parse(string rule)
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

    private RuleNode<bool> ReadWhole()
    {
        var whole = ReadFrom(Precedence.Or);
        return Current.Kind != TokenKind.End
            ? throw Fail(Current.Kind == TokenKind.Close ? "this ) closes nothing" : $"expected an operator, not {Describe(Current)}")
            : whole.Node as RuleNode<bool> ?? throw new RuleException(
                _rule, whole.Start, $"{Show(whole)} is {TypeOf(whole)}; a rule must be true or false, so compare it with something");
    }

    private Part ReadFrom(int binding)
    {
        var left = ReadOperand();
        while (Operators.BindingOf(Current.Kind) is var tightness && tightness >= binding)
        {
            var operation = ReadOperator();
            left = Join(operation, left, ReadFrom(tightness + 1));
        }

        return left;
    }

    private RuleToken ReadOperator() => ++_operators <= MaxOperators
        ? _tokens[_next++]
        : throw Fail($"a rule has at most {MaxOperators} operators");

    private Part ReadOperand()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Open:
                return Nested(() => ReadParenthesis(token));
            case TokenKind.Minus or TokenKind.Bang:
                return Nested(() => Prefix(token, ReadOperand()));
            case TokenKind.NotWord:
                // Looser than comparisons: "not dbSize > 5" has only one possible meaning, and between conditions both give the same.
                return Nested(() => Prefix(token, ReadFrom(Precedence.Not)));
            case TokenKind.Number or TokenKind.Version or TokenKind.Name or TokenKind.True or TokenKind.False:
                _next++;
                return Leaf(token);
            default:
                throw Fail($"expected a number, a name, true, false, not or (, not {Describe(token)}");
        }
    }

    private Part Nested(Func<Part> read)
    {
        if (++_depth > MaxNesting)
        {
            throw Fail($"parentheses and signs are nested more than {MaxNesting} deep");
        }

        _next++;
        var part = read();
        _depth--;
        return part;
    }

    private Part ReadParenthesis(RuleToken open)
    {
        var inner = ReadFrom(Precedence.Or);
        if (Current.Kind != TokenKind.Close)
        {
            throw Fail($"expected an operator or ), not {Describe(Current)}");
        }

        _next++;
        return inner with { Start = open.Start };
    }

    private Part Leaf(RuleToken token)
    {
        var text = TextOf(token);
        RuleNode node = token.Kind switch
        {
            TokenKind.Number => new Literal<double>(token.Value, text, token.Form),
            TokenKind.Version => new Literal<RuleVersion>(RuleVersion.Parse(text), text),
            TokenKind.True => new Literal<bool>(true, "true"),
            TokenKind.False => new Literal<bool>(false, "false"),
            _ => KnownNames.Find(text) ?? throw new RuleException(_rule, token.Start, KnownNames.Refuse(text)),
        };
        return new Part(node, token.Start);
    }

    private Part Prefix(RuleToken sign, Part operand)
    {
        if (sign.Kind == TokenKind.Minus)
        {
            return new Part(new Negation(Expect<double>(operand, sign, "a number")), sign.Start);
        }

        // In other languages ! applies to more than that.
        var need = sign.Kind == TokenKind.Bang ? "true or false, and applies only to what directly follows it: !(...)" : "true or false";
        return new Part(new Inversion(Expect<bool>(operand, sign, need)), sign.Start);
    }

    private Part Join(RuleToken operation, Part left, Part right)
    {
        RuleNode node = Operators.BindingOf(operation.Kind) switch
        {
            Precedence.Or or Precedence.And =>
                new Junction(operation.Kind, Expect<bool>(left, operation, Conditions), Expect<bool>(right, operation, Conditions)),
            Precedence.Equality or Precedence.Comparison => Compare(operation, left, right),
            _ => new Arithmetic(operation.Kind, Expect<double>(left, operation, Numbers), Expect<double>(right, operation, Numbers)),
        };
        return new Part(node, left.Start);
    }

    private RuleNode<bool> Compare(RuleToken operation, Part left, Part right)
    {
        if (left.Node is RuleNode<RuleVersion> || right.Node is RuleNode<RuleVersion>)
        {
            return new Comparison<RuleVersion>(operation.Kind, AsVersion(left, operation), AsVersion(right, operation));
        }

        if (left.Node is RuleNode<bool> first && Operators.BindingOf(operation.Kind) == Precedence.Equality)
        {
            return new Comparison<bool>(operation.Kind, first, Expect<bool>(right, operation, "true or false here, as on its left"));
        }

        return new Comparison<double>(operation.Kind, Expect<double>(left, operation, Numbers), Expect<double>(right, operation, Numbers));
    }

    // 3.5 is a number until it is compared with a version.
    private RuleNode<RuleVersion> AsVersion(Part part, RuleToken operation) => part.Node switch
    {
        Literal<double> { Written: var text } when RuleVersion.TryParse(text, out var version) => new Literal<RuleVersion>(version, text),
        _ => Expect<RuleVersion>(part, operation, "version, or a version such as 3.5.6"),
    };

    private RuleNode<T> Expect<T>(Part part, RuleToken operation, string need) => part.Node as RuleNode<T>
        ?? throw new RuleException(_rule, part.Start, $"{Show(part)} is {TypeOf(part)}; {TextOf(operation)} needs {need}");

    private static string TypeOf(Part part) => part.Node switch
    {
        RuleNode<double> => "a number",
        RuleNode<RuleVersion> => "a version",
        _ => "true or false",
    };

    private static string Show(Part part) => part.Node.ToString() is { Length: > 60 } text ? text[..60] + "..." : part.Node.ToString();

    private string Describe(RuleToken token) => token.Kind == TokenKind.End
        ? "the end of the rule"
        : _rule.Substring(token.Start, Math.Min(token.End - token.Start, 40));

    private string TextOf(RuleToken token) => _rule[token.Start..token.End];

    private RuleException Fail(string problem) => new(_rule, Current.Start, problem);

    /// <summary>A part and where it begins, for the caret.</summary>
    private readonly record struct Part(RuleNode Node, int Start);
}
