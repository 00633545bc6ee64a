using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;

namespace EtcdDefrag.PowerShell.Errors;

/// <summary>Every error record of the module is made here.</summary>
internal static class ErrorRecords
{
    /// <summary>A text that was given as an endpoint is none.</summary>
    public static ErrorRecord InvalidEndpoint(EtcdEndpointException problem) =>
        Make(problem, ErrorMeaning.Of(problem), problem.Endpoint);

    /// <summary>A member gave no status.</summary>
    public static ErrorRecord MemberNotRead(string endpoint, Exception failure) =>
        Make(failure, ErrorMeaning.Of(failure), endpoint);

    /// <summary>A guard does not let a run begin, or go on.</summary>
    /// <param name="refusal">What the guard says.</param>
    /// <param name="endpoint">The endpoint that it is about, as far as one can be named.</param>
    /// <param name="cause">What went wrong at that endpoint, where something did.</param>
    public static ErrorRecord RunRefused(GuardRefusal refusal, string endpoint, Exception? cause)
    {
        var category = refusal.Rule == "CorruptAlarm" ? ErrorCategory.InvalidData : ErrorCategory.ResourceUnavailable;
        var exception = new InvalidOperationException(refusal.Reason, cause);
        return Make(exception, new ErrorMeaning(refusal.Rule, category, refusal.WayOut), endpoint);
    }

    /// <summary>A member refused to be defragmented; nothing was changed.</summary>
    public static ErrorRecord DefragmentationFailed(EtcdDefragResult result, Exception? failure)
    {
        var cause = failure ?? new InvalidOperationException(result.Reason);
        return Make(cause, ErrorMeaning.Of(cause) with { Id = "DefragmentationFailed" }, result.Endpoint);
    }

    /// <summary>Nobody can say whether a member was defragmented.</summary>
    public static ErrorRecord OutcomeUnknown(EtcdDefragResult result, Exception? failure)
    {
        var category = failure is null ? ErrorCategory.InvalidResult : ErrorMeaning.Of(failure).Category;
        var meaning = new ErrorMeaning(
            "DefragmentationOutcomeUnknown", category,
            "Wait until Get-EtcdMemberStatus answers for this member again, and compare its size before another run.");
        return Make(failure ?? new InvalidOperationException(result.Reason), meaning, result.Endpoint, result.Reason);
    }

    private static ErrorRecord Make(Exception exception, ErrorMeaning meaning, string endpoint, string? message = null) =>
        new(exception, meaning.Id, meaning.Category, endpoint)
        {
            ErrorDetails = new ErrorDetails(message ?? exception.Message) { RecommendedAction = meaning.WayOut },
        };
}
