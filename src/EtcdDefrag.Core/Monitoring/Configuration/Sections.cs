using System.Text.Json;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Schedule;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>All keys of a configuration. docs/monitor.schema.json lists the same keys, and a test compares the two.</summary>
internal static class Sections
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static Section<MonitorConnection> Connection { get; } = new(
        new("caCertificatePath", (c, v) => c with { CACertificatePath = v.FilePath() }),
        new("certificatePath", (c, v) => c with { CertificatePath = v.FilePath() }),
        new("keyPath", (c, v) => c with { KeyPath = v.FilePath() }),
        new("serverName", (c, v) => c with { ServerName = v.NonEmpty() }),
        new("skipCertificateCheck", (c, v) => c with { SkipCertificateCheck = v.Boolean() }),
        new("userName", (c, v) => c with { UserName = v.NonEmpty() }),
        new("passwordFile", (c, v) => c with { PasswordFile = v.FilePath() }),
        new("passwordVariable", (c, v) => c with { PasswordVariable = v.NonEmpty() }),
        new("connectionTimeout", (c, v) => c with { ConnectionTimeout = v.Duration(Second / 10) }),
        new("operationTimeout", (c, v) => c with { OperationTimeout = v.Duration(Second) }),

        // Last: the scheme of endpoints without one depends on the other keys.
        new("metricsEndpoints", (c, v, p) => c with { Metrics = ReadMetricsEndpoints(v, c.DefaultScheme, p) }));

    public static Section<MonitorConfiguration> Policy { get; } = new(
        new("preset", (c, v) => c with { Policy = PolicyReader.ReadPreset(v) }),
        new("rule", (c, v) => c with { Policy = PolicyReader.ReadRule(v) }),
        Threshold("maxFragmentedPercentage", (p, v) => p with { MaxFragmentedPercentage = v?.Percentage() }),
        Threshold("maxQuotaUsagePercentage", (p, v) => p with { MaxQuotaUsagePercentage = v?.Percentage() }),
        Threshold("minDbSize", (p, v) => p with { MinDbSize = v?.Size() }),
        Threshold("minReclaimable", (p, v) => p with { MinReclaimable = v?.Size() }),
        new("minInterval", (c, v) => c with { Policy = c.Policy with { MinInterval = v.Duration(TimeSpan.Zero) } }),
        new("dbQuota", (c, v) => c with { DbQuota = v.Size() }));

    public static Section<MaintenanceWindow> Window { get; } = new(
        new("days", (w, v, p) => w with { Days = [.. p.ReadList(v, "days", Values.Day).Distinct()] }),
        new("from", (w, v) => w with { From = v.TimeOfDay() }),
        new("to", (w, v) => w with { To = v.TimeOfDay() }),
        new("timeZone", (w, v) => w with { TimeZone = v.Zone() }));

    public static Section<MonitoredCluster> Cluster { get; } = new(
        new("name", (c, v) => c with { Name = v.NonEmpty() }),
        new("connection", (c, v, p) => c with { Connection = ConnectionReader.Read(v, p) }),
        new("endpoints", (c, _) => c));

    public static Section<MonitorConfiguration> Whole { get; } = new(
        new("enabled", (c, v) => c with { Enabled = v.Boolean() }),
        new("connection", (c, _) => c),
        new("endpoints", (c, _) => c),
        new("clusters", (c, _) => c),
        new("maxClustersAtOnce", (c, v) => c with { MaxClustersAtOnce = v.Whole(1, 1000) }),
        new("checkInterval", (c, v) => c with { CheckInterval = v.Duration(Second, orZero: true) }),
        new("jitterPercentage", (c, v) => c with { JitterPercentage = v.Whole(0, 100) }),
        new("policy", (c, v, p) => PolicyReader.Read(c, v, p)),
        new("defragOnStartup", (c, v) => c with { DefragOnStartup = v.Boolean() }),
        new("windows", (c, v, p) => c with { Windows = p.ReadList(v, "windows", w => ReadWindow(w, p), mayBeEmpty: true) }),
        new("pauseBetweenMembers", (c, v) => c with { PauseBetweenMembers = v.Duration(TimeSpan.Zero) }),
        new("moveLeader", (c, v) => c with { MoveLeader = v.Boolean() }),
        new("allowSmallCluster", (c, v) => c with { AllowSmallCluster = v.Boolean() }),
        new("autoDisarm", (c, v) => c with { AutoDisarm = v.Boolean() }),
        new("disarmThreshold", (c, v) => c with { DisarmThreshold = v.Part() }),
        new("failureBudget", (c, v) => c with { FailureBudget = v.Whole(1, 1000) }),
        new("dryRun", (c, v) => c with { DryRun = v.Boolean() }));

    /// <summary>A threshold of the policy, which null removes.</summary>
    private static Key<MonitorConfiguration> Threshold(string name, Func<EtcdDefragPolicy, LocatedJson?, EtcdDefragPolicy> apply) =>
        new(name, (c, v) => c with { Policy = apply(c.Policy, v.Kind == JsonTokenType.Null ? null : v) });

    private static EtcdMetricsEndpoints ReadMetricsEndpoints(LocatedJson value, string defaultScheme, Problems problems) =>
        new(problems.ReadList(value, "metrics endpoints", Values.NonEmpty), defaultScheme);

    private static MaintenanceWindow ReadWindow(LocatedJson value, Problems problems) =>
        Window.Read(value, new MaintenanceWindow { From = default, To = default }, problems, "from", "to");
}
