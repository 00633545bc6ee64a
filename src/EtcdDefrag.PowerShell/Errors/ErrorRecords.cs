using System.Diagnostics;
using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Running;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Errors;

/// <summary>Every error record of the module is made here.</summary>
internal static partial class ErrorRecords
{
    /// <summary>Ends a cmdlet with an error. Never returns: the exception is for <c>throw</c>, which tells the compiler so.</summary>
    public static Exception Terminate(this PSCmdlet cmdlet, ErrorRecord error)
    {
        cmdlet.ThrowTerminatingError(error);
        return new UnreachableException();
    }

    public static ErrorRecord InvalidEndpoint(EtcdEndpointException problem) => Make(problem, ErrorInfo.Of(problem), problem.Endpoint);

    /// <summary>No connection can be made of what was given; no member was contacted.</summary>
    public static ErrorRecord NoConnection(Exception problem) => Make(problem, ErrorInfo.Of(problem), problem switch
    {
        EtcdEndpointException endpoint => endpoint.Endpoint,
        EtcdDiscoveryException discovery => discovery.Domain,
        _ => null,
    });

    public static ErrorRecord InvalidConnection(string problem) => Make(
        problem,
        new ErrorInfo("InvalidConnection", ErrorCategory.InvalidArgument, "Call New-EtcdConnection where the connection is used."));

    /// <summary>The connection and another parameter name different members.</summary>
    public static ErrorRecord EndpointAndConnection(string connection, string other) => Make(
        $"-Connection ({connection}) and {other} name different members.",
        new ErrorInfo(
            "EndpointAndConnection", ErrorCategory.InvalidArgument,
            "Leave one out. A default in $PSDefaultParameterValues counts as given; what comes down the pipeline goes before it."),
        connection);

    public static ErrorRecord NoEndpoint(string problem) => Make(
        problem, new ErrorInfo("NoEndpoint", ErrorCategory.InvalidArgument, "Name at least one endpoint with -Endpoint."));

    public static ErrorRecord InvalidInputObject(object? item, string source) => Make(
        $"{(item is PSObject given ? $"An object of type {given.TypeNames[0]}" : "$null")} {source}, which names no etcd member.",
        new ErrorInfo(
            "InvalidInputObject", ErrorCategory.InvalidArgument,
            "Give endpoints, connections, or objects that have the property Endpoint."),
        item);

    public static ErrorRecord MemberNotRead(string endpoint, Exception failure) => Make(failure, ErrorInfo.Of(failure), endpoint);

    /// <summary>A guard does not let a run begin, or go on.</summary>
    public static ErrorRecord RunRefused(GuardRefusal refusal, RefusalSubject subject) => Make(
        new InvalidOperationException(refusal.Reason, subject.Failure),
        new ErrorInfo(refusal.Rule, CategoryOf(refusal), refusal.Remedy),
        subject.Endpoint);

    /// <summary>A member refused to be defragmented, or could not be asked; nothing was changed.</summary>
    public static ErrorRecord DefragmentationFailed(EtcdDefragResult result, Exception? failure)
    {
        var info = failure is not null ? ErrorInfo.Of(failure) : new ErrorInfo(
            "", ErrorCategory.ResourceUnavailable,
            "The member was not touched. See its log and Test-EtcdClusterHealth, then run again.");
        return Make(info with { Id = "DefragmentationFailed" }, result, failure);
    }

    /// <summary>A member that was to be defragmented did not answer.</summary>
    public static ErrorRecord MemberNotReached(EtcdDefragResult result, Exception? failure)
    {
        var info = failure is not null ? ErrorInfo.Of(failure) : new ErrorInfo(
            "", ErrorCategory.ResourceUnavailable, "See its log and Test-EtcdClusterHealth, then run again.");
        return Make(info with { Id = "MemberNotReached" }, result, failure);
    }

    /// <summary>The leader did not hand its leadership over, and was therefore not defragmented.</summary>
    public static ErrorRecord LeaderNotMoved(EtcdDefragResult result, Exception? failure) => Make(
        new ErrorInfo(
            "LeaderNotMoved", CategoryFrom(failure, ErrorCategory.ResourceUnavailable),
            "Run again when another voter is healthy and up to date, or defragment the leader as it is, without -MoveLeader."),
        result, failure);

    /// <summary>Leadership was not handed over, or it is unknown whether it was.</summary>
    public static ErrorRecord LeaderNotMoved(MaintenanceException problem, string endpoint) => Make(
        problem,
        new ErrorInfo("LeaderNotMoved", CategoryFrom(problem.InnerException, ErrorCategory.ResourceUnavailable), problem.Remedy),
        endpoint);

    /// <summary>It is unknown whether a member was defragmented.</summary>
    public static ErrorRecord OutcomeUnknown(EtcdDefragResult result, Exception? failure) => Make(
        new ErrorInfo(
            "DefragmentationOutcomeUnknown", CategoryFrom(failure, ErrorCategory.InvalidResult),
            "Wait until Get-EtcdMemberStatus gets an answer from this member again, and compare its size before another run."),
        result, failure);

    private static ErrorCategory CategoryFrom(Exception? failure, ErrorCategory otherwise) =>
        failure is null ? otherwise : ErrorInfo.Of(failure).Category;

    private static ErrorCategory CategoryOf(GuardRefusal refusal) => refusal.Rule switch
    {
        "NotPermitted" => ErrorCategory.PermissionDenied,
        "CorruptAlarm" => ErrorCategory.InvalidData,
        "RunLock" or "DefragInFlight" or "SnapshotInProgress" or "CompactionInProgress" => ErrorCategory.ResourceBusy,
        "SmallCluster" or "VersionHazard" or "MixedVersions" or "PolicyUnanswerable" => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.ResourceUnavailable,
    };

    private static ErrorRecord Make(ErrorInfo info, EtcdDefragResult result, Exception? failure)
    {
        var isNamed = result.Reason.Contains(result.Endpoint, StringComparison.Ordinal);
        var message = isNamed ? result.Reason : $"{result.Endpoint}: {result.Reason}";
        return Make(failure ?? new InvalidOperationException(message), info, result.Endpoint, message);
    }

    private static ErrorRecord Make(string problem, ErrorInfo info, object? target = null) =>
        Make(new InvalidOperationException(problem), info, target);

    private static ErrorRecord Make(Exception exception, ErrorInfo info, object? target, string? message = null) =>
        new(exception, info.Id, info.Category, target)
        {
            ErrorDetails = new ErrorDetails(Show(exception, message ?? exception.Message))
            {
                RecommendedAction = DisplayText.Of(info.Remedy),
            },
        };

    // These two have messages of several lines.
    private static string Show(Exception exception, string message) =>
        exception is RuleException or MonitorConfigurationException
            ? string.Join('\n', DisplayText.Lines(message))
            : DisplayText.Of(message);
}
