using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Execution.Leadership;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Running;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Errors;

/// <summary>Every error record of the module is made here.</summary>
internal static partial class ErrorRecords
{
    /// <summary>An endpoint is not valid.</summary>
    public static ErrorRecord InvalidEndpoint(EtcdEndpointException problem) =>
        Make(problem, ErrorInfo.Of(problem), problem.Endpoint);

    /// <summary>What was given makes no connection; nobody was asked.</summary>
    public static ErrorRecord NoConnection(Exception problem) => Make(problem, ErrorInfo.Of(problem), problem switch
    {
        EtcdEndpointException endpoint => endpoint.Endpoint,
        EtcdDiscoveryException discovery => discovery.Domain,
        _ => null,
    });

    /// <summary>A connection was given that is none.</summary>
    public static ErrorRecord InvalidConnection(string problem) => Make(
        new InvalidOperationException(problem),
        new ErrorInfo("InvalidConnection", ErrorCategory.InvalidArgument, "Call New-EtcdConnection where the connection is used."), null);

    /// <summary>A connection and something besides name different members.</summary>
    public static ErrorRecord TwoNames(string connection, string other) => Make(
        new InvalidOperationException($"-Connection ({connection}) and {other} name different members."),
        new ErrorInfo("EndpointAndConnection", ErrorCategory.InvalidArgument, "Leave one out. A default in $PSDefaultParameterValues counts as given; what comes down the pipeline goes before it."), connection);

    /// <summary>It is said how to connect, or that it is to be done, but not to whom.</summary>
    public static ErrorRecord NoEndpoint(string problem) => Make(
        new InvalidOperationException(problem),
        new ErrorInfo("NoEndpoint", ErrorCategory.InvalidArgument, "Name at least one endpoint with -Endpoint."), null);

    /// <summary>Something was given that has nothing to do with members.</summary>
    public static ErrorRecord InvalidInputObject(object? item, string giver) => Make(
        new InvalidOperationException(item is null
            ? $"$null {giver}, which names no etcd member."
            : $"An object of type {((PSObject)item).TypeNames[0]} {giver}, which names no etcd member."),
        new ErrorInfo("InvalidInputObject", ErrorCategory.InvalidArgument, "Give endpoints, connections, or objects that have the property Endpoint."), item);

    /// <summary>A member gave no status.</summary>
    public static ErrorRecord MemberNotRead(string endpoint, Exception failure) =>
        Make(failure, ErrorInfo.Of(failure), endpoint);

    /// <summary>A guard does not let a run begin, or go on.</summary>
    public static ErrorRecord RunRefused(GuardRefusal refusal, RefusalSubject subject)
    {
        var exception = new InvalidOperationException(refusal.Reason, subject.Failure);
        return Make(exception, new ErrorInfo(refusal.Rule, CategoryOf(refusal), refusal.Remedy), subject.Endpoint);
    }

    /// <summary>A member refused to be defragmented, or could not be asked; nothing was changed.</summary>
    public static ErrorRecord DefragmentationFailed(EtcdDefragResult result, Exception? failure)
    {
        var meaning = failure is null
            ? new ErrorInfo("", ErrorCategory.ResourceUnavailable, "The member was not touched. See its log and Test-EtcdClusterHealth, then run again.")
            : ErrorInfo.Of(failure);
        return Make(meaning with { Id = "DefragmentationFailed" }, result, failure);
    }

    /// <summary>A member that was to be defragmented did not answer.</summary>
    public static ErrorRecord MemberNotReached(EtcdDefragResult result, Exception? failure)
    {
        var meaning = failure is null
            ? new ErrorInfo("", ErrorCategory.ResourceUnavailable, "See its log and Test-EtcdClusterHealth, then run again.")
            : ErrorInfo.Of(failure);
        return Make(meaning with { Id = "MemberNotReached" }, result, failure);
    }

    /// <summary>The leader did not hand its leadership over, and was therefore left alone.</summary>
    public static ErrorRecord LeaderNotMoved(EtcdDefragResult result, Exception? failure)
    {
        var meaning = new ErrorInfo(
            "LeaderNotMoved", failure is null ? ErrorCategory.ResourceUnavailable : ErrorInfo.Of(failure).Category,
            "Run again when another voter is healthy and up to date, or defragment the leader as it is, without -MoveLeader.");
        return Make(meaning, result, failure);
    }

    /// <summary>Leadership was not handed over, or nobody can say so.</summary>
    public static ErrorRecord LeaderNotMoved(LeaderMoveException problem, string endpoint) => Make(
        problem,
        new ErrorInfo("LeaderNotMoved", problem.InnerException is { } failure ? ErrorInfo.Of(failure).Category : ErrorCategory.ResourceUnavailable, problem.Remedy),
        endpoint);

    /// <summary>Nobody can say whether a member was defragmented.</summary>
    public static ErrorRecord OutcomeUnknown(EtcdDefragResult result, Exception? failure)
    {
        var meaning = new ErrorInfo(
            "DefragmentationOutcomeUnknown", failure is null ? ErrorCategory.InvalidResult : ErrorInfo.Of(failure).Category,
            "Wait until Get-EtcdMemberStatus gets an answer from this member again, and compare its size before another run.");
        return Make(meaning, result, failure);
    }

    private static ErrorCategory CategoryOf(GuardRefusal refusal) => refusal.Rule switch
    {
        "NotPermitted" => ErrorCategory.PermissionDenied,
        "CorruptAlarm" => ErrorCategory.InvalidData,
        "RunLock" or "DefragInFlight" or "SnapshotInProgress" or "CompactionInProgress" => ErrorCategory.ResourceBusy,
        "SmallCluster" or "VersionHazard" or "MixedVersions" or "PolicyUnanswerable" => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.ResourceUnavailable,
    };

    private static ErrorRecord Make(ErrorInfo meaning, EtcdDefragResult result, Exception? failure)
    {
        var message = result.Reason.Contains(result.Endpoint, StringComparison.Ordinal) ? result.Reason : $"{result.Endpoint}: {result.Reason}";
        return Make(failure ?? new InvalidOperationException(message), meaning, result.Endpoint, message);
    }

    private static ErrorRecord Make(Exception exception, ErrorInfo meaning, object? target, string? message = null) =>
        new(exception, meaning.Id, meaning.Category, target)
        {
            ErrorDetails = new ErrorDetails(Show(exception, message ?? exception.Message))
            {
                RecommendedAction = DisplayText.Of(meaning.Remedy),
            },
        };

    // Two of the messages draw something, or list it, on lines of their own.
    private static string Show(Exception exception, string message) =>
        exception is RuleException or MonitorConfigurationException
            ? string.Join('\n', DisplayText.Lines(message))
            : DisplayText.Of(message);
}
