using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Offline;
using EtcdDefrag.Recovery;

namespace EtcdDefrag.PowerShell.Errors;

/// <content>Errors about alarms, compaction and snapshots.</content>
internal static partial class ErrorRecords
{
    /// <summary>An operation cannot be planned, and no single member is the reason.</summary>
    public static ErrorRecord MaintenanceRefused(MaintenanceException problem, IEnumerable<EtcdEndpoint> endpoints) =>
        Make(problem, ErrorInfo.Of(problem), string.Join(",", endpoints));

    public static ErrorRecord NoSuchMember(string member) => Make(
        $"'{member}' is not a member of the cluster, and no alarm is armed for it.",
        new ErrorInfo(
            "NoSuchMember", ErrorCategory.ObjectNotFound,
            "See Get-EtcdAlarm, and Get-EtcdMemberStatus -Cluster, for the members; where several clusters are named, give ids."),
        member);

    public static ErrorRecord NoMember() => Make(
        "No member was named: -Member was not given, and no input object has a MemberId.",
        new ErrorInfo("NoMember", ErrorCategory.InvalidArgument, "Give -Member, or alarms from Get-EtcdAlarm."));

    public static ErrorRecord AmbiguousMember(string member, IEnumerable<string> memberIds) => Make(
        $"'{member}' matches more than one member of the cluster: {string.Join(", ", memberIds)}.",
        new ErrorInfo("AmbiguousMember", ErrorCategory.InvalidArgument, "Name the member by its id."),
        member);

    /// <summary>An alarm is left armed, because etcd would raise it again.</summary>
    public static ErrorRecord NoSpaceLeft(string member, string obstacle) => Make(
        $"The NOSPACE alarm of {member} stays armed: {obstacle}",
        new ErrorInfo(
            "NoSpaceLeft", ErrorCategory.LimitsExceeded, "Defragment first, or raise the quota. Use -Force to clear the alarm anyway."),
        member);

    /// <summary>A run was to clear alarms, and left one armed.</summary>
    public static ErrorRecord AlarmsKept(string reason, IEnumerable<EtcdEndpoint> endpoints) => Make(
        $"NOSPACE stays armed: {reason}",
        new ErrorInfo(
            "AlarmsKept", ErrorCategory.LimitsExceeded,
            "Make room by a compaction and another defragmentation, or raise the quota; then see Clear-EtcdAlarm."),
        string.Join(",", endpoints));

    public static ErrorRecord AlarmNotCleared(string member, Exception failure) =>
        Make(failure, ErrorInfo.Of(failure) with { Id = "AlarmNotCleared" }, member);

    /// <summary>The compaction was refused, or its outcome is unknown: a result that holds a failure.</summary>
    public static ErrorRecord CompactionFailed(EtcdCompactionResult result) => Make(
        result.Error!, ErrorInfo.Of(result.Error!) with { Id = "CompactionFailed" }, result.Endpoint, result.Reason);

    public static ErrorRecord SnapshotNotSaved(Exception problem, string path) => Make(
        problem,
        problem is MaintenanceException own
            ? new ErrorInfo(
                "SnapshotNotSaved", own.InnerException is null ? ErrorCategory.InvalidOperation : ErrorCategory.WriteError, own.Remedy)
            : ErrorInfo.Of(problem) with { Id = "SnapshotNotSaved" },
        path);

    public static ErrorRecord SnapshotDamaged(EtcdSnapshotStatus status) => Make(
        $"'{status.Path}' is damaged: {string.Join(' ', status.Problems)}",
        new ErrorInfo("SnapshotDamaged", ErrorCategory.InvalidData, "Do not restore it; take another copy, or save the snapshot again."),
        status.Path);

    public static ErrorRecord SnapshotNotRead(Exception failure, string path) => Make(
        failure,
        new ErrorInfo(
            "SnapshotNotRead", ErrorCategory.OpenError,
            "Name a file that can be read. That of a running etcd is locked: save a snapshot of the member instead."),
        path,
        $"'{path}' cannot be read: {failure.Message}");

    /// <summary>A recovery from NOSPACE ended without its goal.</summary>
    public static ErrorRecord SpaceNotRecovered(EtcdSpaceResult result) => Make(
        result.Error ?? new InvalidOperationException(result.Reason),
        new ErrorInfo("SpaceNotRecovered", MeaningOf(result.Outcome), result.Remedy),
        string.Join(",", result.Endpoint),
        $"{result.Outcome}: {result.Reason}");

    public static ErrorRecord RevisionAndRetain() => Make(
        "-ToRevision and -Retain cannot be given together.",
        new ErrorInfo("RevisionAndRetain", ErrorCategory.InvalidArgument, "Leave one of them out."));

    private static ErrorCategory MeaningOf(EtcdSpaceOutcome outcome) => outcome switch
    {
        EtcdSpaceOutcome.StillFull => ErrorCategory.LimitsExceeded,
        EtcdSpaceOutcome.Refused => ErrorCategory.ResourceUnavailable,
        _ => ErrorCategory.InvalidResult,
    };
}
