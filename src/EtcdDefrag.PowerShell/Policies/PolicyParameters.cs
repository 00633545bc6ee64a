using System.Management.Automation;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>Makes one policy of -Rule and -Policy. What is wrong with them ends the cmdlet.</summary>
internal static class PolicyParameters
{
    /// <summary>A -Rule of $null: a script's empty variable, which must not be taken for no rule, and so for every member.</summary>
    public const string NoText = "";

    /// <summary>The policy; null where neither was given.</summary>
    public static EtcdDefragPolicy? Read(PSCmdlet cmdlet, string? rule, EtcdDefragPolicy? policy) =>
        !cmdlet.MyInvocation.BoundParameters.ContainsKey("Rule") ? policy
        : policy is null ? new EtcdDefragPolicy { Rule = ReadRule(cmdlet, rule ?? NoText) }
        : throw cmdlet.Terminate(ErrorRecords.RuleAndPolicy(rule ?? NoText));

    public static DefragRule ReadRule(PSCmdlet cmdlet, string text) =>
        string.IsNullOrWhiteSpace(text) ? throw cmdlet.Terminate(ErrorRecords.EmptyRule(text))
        : DefragRule.TryParse(text, out var rule, out var problem) ? rule
        : throw cmdlet.Terminate(ErrorRecords.InvalidRule(problem));
}
