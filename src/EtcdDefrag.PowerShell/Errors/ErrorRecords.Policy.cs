using System.Management.Automation;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Policies;

namespace EtcdDefrag.PowerShell.Errors;

/// <content>Errors about policies and rules.</content>
internal static partial class ErrorRecords
{
    public static ErrorRecord InvalidRule(RuleException problem) => MakeOfRule(problem, problem.Rule);

    public static ErrorRecord EmptyRule(string given) => MakeOfRule(new InvalidOperationException("-Rule is empty."), given);

    public static ErrorRecord RuleAndPolicy(string rule) => Make(
        "-Rule and -Policy cannot be given together.",
        new ErrorInfo("RuleAndPolicy", ErrorCategory.InvalidArgument, "Leave out -Rule or -Policy."),
        rule);

    public static ErrorRecord NoPolicy() => Make(
        $"No policy was given: give -Rule, or -Policy with a policy or one of {PolicyPresetAttribute.Names}.",
        new ErrorInfo("NoPolicy", ErrorCategory.InvalidArgument, "Give -Rule or -Policy."));

    public static ErrorRecord EmptyPolicy() => Make(
        $"A policy needs a condition: -Preset ({PolicyPresetAttribute.Names}), -Rule, or at least one threshold (-Max..., -Min...).",
        new ErrorInfo("EmptyPolicy", ErrorCategory.InvalidArgument, "Give -Preset, -Rule or at least one threshold."));

    public static ErrorRecord RuleAndThresholds(DefragRule rule) => Make(
        $"A rule can be combined with -MinIntervalMinutes, and with no other threshold. The rule is '{rule.Text}'.",
        new ErrorInfo("RuleAndThresholds", ErrorCategory.InvalidArgument, "Write the thresholds into the rule, or leave the rule out."),
        rule.Text);

    public static ErrorRecord PolicyUnanswerable(RuleEvaluationException unknown, object? subject) => Make(
        unknown,
        new ErrorInfo(
            "PolicyUnanswerable", ErrorCategory.InvalidOperation, "Give the missing figure, or use a rule that does not need it."),
        subject);

    public static ErrorRecord NothingToPassThru() => Make(
        "-PassThru passes input objects through, and none were given.",
        new ErrorInfo("NothingToPassThru", ErrorCategory.InvalidArgument, "Pipe objects in, or leave -PassThru out."));

    public static ErrorRecord NoSizes(PSObject? item, Exception? unreadable = null) => Make(
        new InvalidOperationException(
            $"{(item is null ? "Nothing was given to judge" : $"An object of type {item.TypeNames[0]} cannot be judged")}: "
            + (unreadable?.Message ?? "DbSize and DbSizeInUse are needed, in bytes."),
            unreadable),
        new ErrorInfo("NoSizes", ErrorCategory.InvalidArgument, "Give statuses from Get-EtcdMemberStatus, or -DbSize and -DbSizeInUse."),
        item);

    private static ErrorRecord MakeOfRule(Exception problem, string rule) => Make(
        problem,
        new ErrorInfo("InvalidRule", ErrorCategory.ParserError, "A rule reads like 'dbQuotaUsage > 80% or dbSizeFree > 200M'."),
        rule);
}
