using System.Management.Automation;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>Makes one policy of what -Rule and -Policy say. What is wrong with them ends the cmdlet.</summary>
internal static class PolicyParameters
{
    /// <summary>
    /// What a -Rule of $null stands for. A script's empty variable is no rule, and must not be taken for none at all: that would
    /// mean every member.
    /// </summary>
    public const string NoText = "";

    /// <summary>The policy; null where neither was given.</summary>
    /// <param name="cmdlet">The cmdlet to end.</param>
    /// <param name="rule">What -Rule says; null where it was not given.</param>
    /// <param name="policy">What -Policy says; null where it was not given.</param>
    public static EtcdDefragPolicy? Read(PSCmdlet cmdlet, string? rule, EtcdDefragPolicy? policy)
    {
        if (rule is null)
        {
            return policy;
        }

        if (policy is not null)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.RuleAndPolicy(rule));
        }

        return new EtcdDefragPolicy { Rule = ReadRule(cmdlet, rule) };
    }

    /// <summary>Reads a rule.</summary>
    /// <param name="cmdlet">The cmdlet to end where the text is none.</param>
    /// <param name="text">The rule's text.</param>
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
