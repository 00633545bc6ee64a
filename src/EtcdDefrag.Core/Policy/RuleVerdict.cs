namespace EtcdDefrag.Policy;

/// <summary>What a rule says about one member, and why.</summary>
/// <param name="IsMatch">Whether the rule matches.</param>
/// <param name="Reason">The rule with the member's numbers put in, and the part that decided.</param>
public sealed record RuleVerdict(bool IsMatch, string Reason);
