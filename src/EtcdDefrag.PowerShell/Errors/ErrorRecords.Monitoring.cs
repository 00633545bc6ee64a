using System.Management.Automation;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Events;
using EtcdDefrag.Policy;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Errors;

/// <content>Errors of the monitor and the report.</content>
internal static partial class ErrorRecords
{
    public static ErrorRecord InvalidMonitorConfiguration(MonitorConfigurationException problem) => Make(
        problem,
        new ErrorInfo(
            "InvalidMonitorConfiguration", ErrorCategory.InvalidData, "Correct the file; docs/monitoring.md describes every key."),
        problem.Problems is [var first, ..] ? first.File : null);

    public static ErrorRecord NotAFile(string parameter, string path) => Make(
        $"-{parameter} '{DisplayText.Value(path)}' is not a path of the file system.",
        new ErrorInfo("NotAFile", ErrorCategory.InvalidArgument, "Name a file, for example /etc/etcd-defrag/monitor.json."),
        path);

    public static ErrorRecord InvalidCheckInterval(TimeSpan given) => Make(
        $"A check interval of {given} cannot be used: it has to be from 1 s to 366 days.",
        new ErrorInfo(
            "InvalidCheckInterval", ErrorCategory.InvalidArgument,
            "Write it as 00:11:00, or (New-TimeSpan -Minutes 11); a plain number counts ticks of 100 nanoseconds."),
        given);

    /// <summary>By this policy every member would be defragmented at every check.</summary>
    public static ErrorRecord EndlessPolicy(EtcdDefragPolicy policy) => Make(
        "By this policy every member would be defragmented at every check: a defragmentation changes nothing that it asks for.",
        new ErrorInfo(
            "EndlessPolicy", ErrorCategory.InvalidArgument,
            "Make the policy with -MaxFragmentedPercentage, -MaxQuotaUsagePercentage or -MinReclaimable, or of a rule."),
        policy);

    public static ErrorRecord ClusterNamedTwice(string endpoint) => Make(
        $"{endpoint} was named twice, in different ways: it would be watched twice.",
        new ErrorInfo("ClusterNamedTwice", ErrorCategory.InvalidArgument, "Name each cluster once, with one connection."),
        endpoint);

    /// <summary>More rounds in a row have failed than the failure budget allows.</summary>
    public static ErrorRecord MonitorClusterDegraded(EtcdMonitorEvent entry) => Make(
        $"{entry.Cluster}: {entry.Message}",
        new ErrorInfo(
            "MonitorClusterDegraded", ErrorCategory.ResourceUnavailable,
            "See Test-EtcdClusterHealth; the first good round says that the cluster has recovered."),
        entry.Cluster);

    /// <summary>A round has failed on a cluster that is degraded already.</summary>
    public static ErrorRecord MonitorRoundFailed(EtcdMonitorEvent entry) => Make(
        $"{entry.Cluster}: {entry.Message}",
        new ErrorInfo("MonitorRoundFailed", ErrorCategory.ResourceUnavailable, "See Test-EtcdClusterHealth; the next check tries again."),
        entry.Cluster);

    public static ErrorRecord NotReportable(PSObject given) => Make(
        $"A report shows nothing of an object of the type {DisplayText.Value(given.TypeNames[0])}.",
        new ErrorInfo(
            "NotReportable", ErrorCategory.InvalidType,
            "Give results, steps of a plan, members or events, as the other cmdlets give them."),
        given);

    public static ErrorRecord ReportNotWritten(Exception failure, string path) => Make(
        failure,
        new ErrorInfo("ReportNotWritten", ErrorCategory.WriteError, "Give another -Path, or leave -NoClobber out to replace the file."),
        path);
}
