namespace EtcdDefrag.Policy;

/// <summary>A rule is sound, yet cannot be answered for this member. It is never taken for a no.</summary>
public sealed class RuleEvaluationException : InvalidOperationException
{
    /// <summary>Says which part has no value, and what to do.</summary>
    /// <param name="expression">The part of the rule that has no value.</param>
    /// <param name="problem">Why it has none, and the way out.</param>
    public RuleEvaluationException(string expression, string problem)
        : base($"{expression} {problem}")
    {
        Expression = expression;
        Problem = problem;
    }

    /// <summary>The part of the rule that has no value, in canonical form.</summary>
    public string Expression { get; }

    /// <summary>Why it has none, and the way out.</summary>
    public string Problem { get; }
}
