namespace EtcdDefrag.Policy;

/// <summary>A text is not a valid rule. The message shows the position with a caret under it.</summary>
public sealed class RuleException : FormatException
{
    // A terminal's line; a longer rule is cut around the caret.
    private const int Window = 76;

    internal RuleException(string rule, int position, string problem)
        : base(Draw(rule, position, problem))
    {
        Rule = rule;
        Position = position;
        Problem = problem;
    }

    /// <summary>The text as it was given.</summary>
    public string Rule { get; }

    /// <summary>Where in <see cref="Rule"/> the problem is, counted from 0; the text's length for its end.</summary>
    public int Position { get; }

    /// <summary>What is wrong and what was expected, without the drawing.</summary>
    public string Problem { get; }

    private static string Draw(string rule, int position, string problem)
    {
        if (string.IsNullOrWhiteSpace(rule))
        {
            return problem;
        }

        var from = rule.Length <= Window ? 0 : Math.Clamp(position - (Window / 2), 0, rule.Length - Window);
        var to = Math.Min(rule.Length, from + Window);
        var head = from > 0 ? "..." : "";
        var tail = to < rule.Length ? "..." : "";
        var indent = new string(' ', head.Length + position - from);
        return $"{head}{Flatten(rule[from..to])}{tail}\n{indent}^ {problem}";
    }

    // What would move the caret (tabs, line ends, control characters) becomes one blank.
    private static string Flatten(string line) => string.Concat(line.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
}

/// <summary>A valid rule that cannot be evaluated for this member. It never counts as "does not match".</summary>
public sealed class RuleEvaluationException : InvalidOperationException
{
    internal RuleEvaluationException(string expression, string problem)
        : base($"{expression} {problem}")
    {
        Expression = expression;
        Problem = problem;
    }

    /// <summary>The part of the rule that has no value, in canonical form.</summary>
    public string Expression { get; }

    /// <summary>Why it has none, and what to do.</summary>
    public string Problem { get; }
}
