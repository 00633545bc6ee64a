using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Snapshots;

namespace EtcdDefrag.PowerShell.Errors;

/// <summary>The errors of the cmdlets beside a defragmentation: alarms, compaction and snapshots.</summary>
internal static partial class ErrorRecords
{
    /// <summary>No cluster that was named has this member.</summary>
    public static ErrorRecord NoSuchMember(string member) => Make(
        new InvalidOperationException($"'{member}' is no member of the cluster, and no alarm is armed for it."),
        new ErrorInfo("NoSuchMember", ErrorCategory.ObjectNotFound, "See Get-EtcdAlarm, and Get-EtcdMemberStatus -Cluster, for the members; where several clusters are named, give ids."),
        member);

    /// <summary>Nothing says whose alarm is meant.</summary>
    public static ErrorRecord NoMember() => Make(
        new InvalidOperationException("Nothing says whose alarm is to be cleared: -Member is not given, and no given object has a MemberId."),
        new ErrorInfo("NoMember", ErrorCategory.InvalidArgument, "Give -Member, or alarms from Get-EtcdAlarm."), null);

    /// <summary>What was given names more than one member.</summary>
    public static ErrorRecord AmbiguousMember(string member, IEnumerable<string> memberIds) => Make(
        new InvalidOperationException($"'{member}' is more than one member of the cluster: {string.Join(", ", memberIds)}."),
        new ErrorInfo("AmbiguousMember", ErrorCategory.InvalidArgument, "Name the member by its id."),
        member);

    /// <summary>An alarm is left armed, because etcd would raise it again.</summary>
    public static ErrorRecord NoSpaceLeft(string member, string obstacle) => Make(
        new InvalidOperationException($"The NOSPACE alarm of {member} stays armed: {obstacle}"),
        new ErrorInfo("NoSpaceLeft", ErrorCategory.LimitsExceeded, "Defragment first, or raise the quota; -Force clears the alarm all the same."),
        member);

    /// <summary>A run was to clear alarms, and left one armed.</summary>
    public static ErrorRecord AlarmsKept(string reason, IEnumerable<EtcdEndpoint> endpoints) => Make(
        new InvalidOperationException($"NOSPACE stays armed: {reason}"),
        new ErrorInfo("AlarmsKept", ErrorCategory.LimitsExceeded, "Make room by a compaction and another defragmentation, or raise the quota; then see Clear-EtcdAlarm."),
        string.Join(",", endpoints));

    /// <summary>The member that was asked did not clear the alarm.</summary>
    public static ErrorRecord AlarmNotCleared(string member, Exception failure) =>
        Make(failure, ErrorInfo.Of(failure) with { Id = "AlarmNotCleared" }, member);

    /// <summary>The compaction was refused, or nobody can say what became of it: a result that holds a failure.</summary>
    public static ErrorRecord CompactionFailed(EtcdCompactionResult result) => Make(
        result.Error!,
        ErrorInfo.Of(result.Error!) with { Id = "CompactionFailed" },
        result.Endpoint,
        result.Reason);

    /// <summary>No snapshot was made, and no file is left behind.</summary>
    public static ErrorRecord SnapshotNotSaved(Exception problem, string path) => Make(
        problem,
        problem is SnapshotException own
            ? new ErrorInfo("SnapshotNotSaved", own.InnerException is null ? ErrorCategory.InvalidOperation : ErrorCategory.WriteError, own.Remedy)
            : ErrorInfo.Of(problem) with { Id = "SnapshotNotSaved" },
        path);

    /// <summary>Two ways to say up to where history is dropped.</summary>
    public static ErrorRecord RevisionAndRetain() => Make(
        new InvalidOperationException("-ToRevision and -Retain cannot be given together."),
        new ErrorInfo("RevisionAndRetain", ErrorCategory.InvalidArgument, "Leave one of them out."),
        null);
}
