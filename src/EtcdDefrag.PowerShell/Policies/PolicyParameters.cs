using System.Management.Automation;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>Makes one policy of -Rule and -Policy. What is wrong with them ends the cmdlet.</summary>
internal static class PolicyParameters
{
    /// <summary>
    /// The policy; null where neither was given. A -Rule of $null is a script's empty variable, and an error: taken for no rule, it would
    /// mean every member.
    /// </summary>
    public static EtcdDefragPolicy? Read(PSCmdlet cmdlet, string? rule, EtcdDefragPolicy? policy) =>
        !cmdlet.MyInvocation.BoundParameters.ContainsKey("Rule") ? policy
        : policy is null ? new EtcdDefragPolicy { Rule = ReadRule(cmdlet, rule ?? "") }
        : throw cmdlet.Terminate(ErrorRecords.RuleAndPolicy(rule ?? ""));

    public static DefragRule ReadRule(PSCmdlet cmdlet, string text) =>
        string.IsNullOrWhiteSpace(text) ? throw cmdlet.Terminate(ErrorRecords.EmptyRule(text))
        : DefragRule.TryParse(text, out var rule, out var problem) ? rule
        : throw cmdlet.Terminate(ErrorRecords.InvalidRule(problem));
}
