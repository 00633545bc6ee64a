using System.Diagnostics.CodeAnalysis;
using EtcdDefrag.Policy.Language;

namespace EtcdDefrag.Policy;

/// <summary>
/// When a member is worth defragmenting, as text such as <c>dbQuotaUsage &gt; 80% or dbSizeFree &gt; 200M</c>. Read and checked once,
/// then evaluated as often as needed, from any thread.
/// </summary>
public sealed class DefragRule
{
    private readonly RuleNode<bool> _root;

    private DefragRule(string text, RuleNode<bool> root)
    {
        Text = text;
        _root = root;
    }

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>The names that a rule may use, for completion.</summary>
    internal static IReadOnlyList<KnownName> Names => KnownNames.Names;

    /// <summary>Whether it depends on anything that a defragmentation changes: sizes, or the used part of the quota.</summary>
    internal bool AsksForSpace =>
        ToString() is var text && (text.Contains("db", StringComparison.Ordinal) || text.Contains("fragmented", StringComparison.Ordinal));

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule's text.</param>
    /// <exception cref="RuleException">The text is not a valid rule; the exception says where and why.</exception>
    public static DefragRule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new DefragRule(text, RuleParser.Parse(text));
    }

    /// <summary>Reads a rule without throwing.</summary>
    /// <param name="text">The rule's text.</param>
    /// <param name="rule">The rule, or null.</param>
    /// <param name="error">What is wrong with the text, or null.</param>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out DefragRule? rule,
        [NotNullWhen(false)] out RuleException? error)
    {
        rule = null;
        error = null;
        try
        {
            rule = Parse(text ?? "");
            return true;
        }
        catch (RuleException problem)
        {
            error = problem;
            return false;
        }
    }

    /// <summary>Whether the rule matches a member. Allocates nothing.</summary>
    /// <exception cref="RuleEvaluationException">A part that is needed has no value for this member.</exception>
    internal bool IsMatch(MemberFacts member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return _root.Evaluate(member);
    }

    /// <summary>Whether the rule matches a member, and by which numbers.</summary>
    /// <exception cref="RuleEvaluationException">A part that is needed has no value for this member.</exception>
    internal PolicyVerdict Explain(MemberFacts member)
    {
        var isMatch = IsMatch(member);
        return new PolicyVerdict(isMatch, VerdictText.Write(_root, member, isMatch));
    }

    /// <summary>The rule in canonical form; reading that gives the same rule.</summary>
    public override string ToString() => _root.ToString();
}
