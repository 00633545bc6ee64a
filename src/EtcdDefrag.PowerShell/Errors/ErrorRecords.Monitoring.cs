using System.Management.Automation;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Telling;
using EtcdDefrag.Policy;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Errors;

/// <content>Errors of the monitor.</content>
internal static partial class ErrorRecords
{
    /// <summary>There is no configuration to begin with; every problem is in the message, each on a line of its own.</summary>
    public static ErrorRecord InvalidMonitorConfiguration(MonitorConfigurationException problem) => Make(
        problem,
        new ErrorInfo("InvalidMonitorConfiguration", ErrorCategory.InvalidData, "Correct the file; docs/monitoring.md describes every key."),
        problem.Problems is [var first, ..] ? first.File : null);

    /// <summary>A path leads to something of PowerShell's that is not a file.</summary>
    public static ErrorRecord NotAFile(string parameter, string path) => Make(
        new InvalidOperationException($"-{parameter} '{DisplayText.Value(path)}' is not a path of the file system."),
        new ErrorInfo("NotAFile", ErrorCategory.InvalidArgument, "Name a file, for example /etc/etcd-defrag/monitor.json."),
        path);

    /// <summary>A check interval is not valid.</summary>
    public static ErrorRecord InvalidCheckInterval(TimeSpan given) => Make(
        new InvalidOperationException($"A check interval of {given} cannot be used: it has to be from 1 s to 366 days."),
        new ErrorInfo("InvalidCheckInterval", ErrorCategory.InvalidArgument, "Write it as 00:11:00, or (New-TimeSpan -Minutes 11); a plain number counts ticks of 100 nanoseconds."),
        given);

    /// <summary>A policy by which every member would be defragmented at every check.</summary>
    public static ErrorRecord EndlessPolicy(EtcdDefragPolicy policy) => Make(
        new InvalidOperationException("By this policy every member would be defragmented at every check: it asks for nothing that a defragmentation changes."),
        new ErrorInfo("EndlessPolicy", ErrorCategory.InvalidArgument, "Make the policy with -MaxFragmentedPercentage, -MaxQuotaUsagePercentage or -MinReclaimable, or of a rule."),
        policy);

    /// <summary>One member is in two of the clusters to watch: they would be one cluster, watched twice.</summary>
    public static ErrorRecord ClusterNamedTwice(string endpoint) => Make(
        new InvalidOperationException($"{endpoint} was named twice, in different ways: it would be watched twice."),
        new ErrorInfo("ClusterNamedTwice", ErrorCategory.InvalidArgument, "Name each cluster once, with one connection."),
        endpoint);

    /// <summary>More rounds in a row have failed than are borne.</summary>
    public static ErrorRecord MonitorClusterDegraded(EtcdMonitorEvent told) => Make(
        new InvalidOperationException($"{told.Cluster}: {told.Message}"),
        new ErrorInfo("MonitorClusterDegraded", ErrorCategory.ResourceUnavailable, "See Test-EtcdClusterHealth; the first good round says that the cluster has recovered."),
        told.Cluster);

    /// <summary>A round has failed on a cluster that is degraded already.</summary>
    public static ErrorRecord MonitorRoundFailed(EtcdMonitorEvent told) => Make(
        new InvalidOperationException($"{told.Cluster}: {told.Message}"),
        new ErrorInfo("MonitorRoundFailed", ErrorCategory.ResourceUnavailable, "See Test-EtcdClusterHealth; the next check tries again."), told.Cluster);
}
