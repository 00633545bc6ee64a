using System.Management.Automation;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Errors;

/// <content>Errors about policies and rules.</content>
internal static partial class ErrorRecords
{
    /// <summary>A rule is not valid.</summary>
    public static ErrorRecord InvalidRule(RuleException problem) => MakeOfRule(problem, problem.Rule);

    /// <summary>A rule was asked for with nothing in it: left unsaid, it might be taken for every member.</summary>
    public static ErrorRecord EmptyRule(string given) =>
        MakeOfRule(new InvalidOperationException("-Rule is empty."), given);

    /// <summary>A rule and a policy are two answers to one question.</summary>
    public static ErrorRecord RuleAndPolicy(string rule) => Make(
        new InvalidOperationException("-Rule and -Policy cannot both decide; give one of them."),
        new ErrorInfo("RuleAndPolicy", ErrorCategory.InvalidArgument, "Leave out -Rule or -Policy."), rule);

    /// <summary>There is nothing to judge by.</summary>
    public static ErrorRecord NoPolicy() => Make(
        new InvalidOperationException($"There is nothing to judge by: give -Rule, or -Policy with a policy or one of {PolicyPresetAttribute.Names}."),
        new ErrorInfo("NoPolicy", ErrorCategory.InvalidArgument, "Give -Rule or -Policy."), null);

    /// <summary>A policy without a single condition would be one for every member.</summary>
    public static ErrorRecord EmptyPolicy() => Make(
        new InvalidOperationException($"A policy needs a condition: give -Preset ({PolicyPresetAttribute.Names}), -Rule, or at least one threshold (-Max..., -Min...)."),
        new ErrorInfo("EmptyPolicy", ErrorCategory.InvalidArgument, "Give -Preset, -Rule or at least one threshold."), null);

    /// <summary>Where a rule decides, thresholds would be passed over without a word.</summary>
    public static ErrorRecord RuleAndThresholds(DefragRule rule) => Make(
        new InvalidOperationException($"Where a rule decides, thresholds do not count; only -MinIntervalMinutes goes with it. The rule is '{rule.Text}'."),
        new ErrorInfo("RuleAndThresholds", ErrorCategory.InvalidArgument, "Write the thresholds into the rule, or leave the rule out."), rule.Text);

    /// <summary>A sound rule asks for something that is not known.</summary>
    public static ErrorRecord PolicyUnanswerable(RuleEvaluationException unknown, object? subject) => Make(
        unknown,
        new ErrorInfo("PolicyUnanswerable", ErrorCategory.InvalidOperation, "Give the missing figure, or use a rule that does not need it."), subject);

    /// <summary>Only what came in can be passed through.</summary>
    public static ErrorRecord NothingToPassThru() => Make(
        new InvalidOperationException("-PassThru passes objects from the pipeline through, and none came."),
        new ErrorInfo("NothingToPassThru", ErrorCategory.InvalidArgument, "Pipe objects in, or leave -PassThru out."), null);

    /// <summary>There are no sizes to judge.</summary>
    public static ErrorRecord NoSizes(PSObject? item, Exception? unreadable = null) => Make(
        new InvalidOperationException(
            $"{(item is null ? "There is nothing to judge" : $"An object of type {item.TypeNames[0]} cannot be judged")}: "
            + (unreadable is null ? "it takes DbSize and DbSizeInUse, in bytes." : unreadable.Message), unreadable),
        new ErrorInfo("NoSizes", ErrorCategory.InvalidArgument, "Give statuses from Get-EtcdMemberStatus, or -DbSize and -DbSizeInUse."), item);

    private static ErrorRecord MakeOfRule(Exception problem, string rule) => Make(
        problem,
        new ErrorInfo("InvalidRule", ErrorCategory.ParserError, "A rule reads like 'dbQuotaUsage > 80% or dbSizeFree > 200M'."), rule);
}
