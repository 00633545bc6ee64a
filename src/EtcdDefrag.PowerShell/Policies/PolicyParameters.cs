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
    public static EtcdDefragPolicy? Read(PSCmdlet cmdlet, string? rule, EtcdDefragPolicy? policy)
    {
        if (!cmdlet.MyInvocation.BoundParameters.ContainsKey("Rule"))
        {
            return policy;
        }

        if (policy is not null)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.RuleAndPolicy(rule ?? NoText));
        }

        return new EtcdDefragPolicy { Rule = ReadRule(cmdlet, rule ?? NoText) };
    }

    public static DefragRule ReadRule(PSCmdlet cmdlet, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.EmptyRule(text));
        }

        if (!DefragRule.TryParse(text, out var rule, out var problem))
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.InvalidRule(problem));
        }

        return rule!;
    }
}
