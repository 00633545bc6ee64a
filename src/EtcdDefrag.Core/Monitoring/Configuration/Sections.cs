using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Every key of a configuration; docs/monitor.schema.json says the same, and a test holds the two together.</summary>
internal static class Sections
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Days as people and cron write them: three letters, or the whole name.
    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static Section<MonitorConnection> Connection { get; } = new(
        new("caCertificatePath", (c, v, p) => c with { CaCertificatePath = Values.Text(v, p) }),
        new("certificatePath", (c, v, p) => c with { CertificatePath = Values.Text(v, p) }),
        new("keyPath", (c, v, p) => c with { KeyPath = Values.Text(v, p) }),
        new("serverName", (c, v, p) => c with { ServerName = Values.Text(v, p) }),
        new("skipCertificateCheck", (c, v, p) => c with { SkipCertificateCheck = Values.Boolean(v, p) ?? false }),
        new("userName", (c, v, p) => c with { UserName = Values.Text(v, p) }),
        new("passwordFile", (c, v, p) => c with { PasswordFile = Values.Text(v, p) }),
        new("passwordVariable", (c, v, p) => c with { PasswordVariable = Values.Text(v, p) }),
        new("metricsEndpoints", (c, _, _) => c),
        new("connectionTimeout", (c, v, p) => Values.Duration(v, p, Second / 10) is { } t ? c with { ConnectionTimeout = t } : c),
        new("operationTimeout", (c, v, p) => Values.Duration(v, p, Second) is { } t ? c with { OperationTimeout = t } : c));

    public static Section<MonitorConfiguration> Policy { get; } = new(
        new("preset", (c, v, p) => c with { Policy = ReadPreset(v, p) ?? c.Policy }),
        new("rule", (c, v, p) => ReadRule(v, p) is { } rule ? c with { Policy = new EtcdDefragPolicy { Rule = rule } } : c),
        new("maxFragmentedPercentage", (c, v, p) => c with { Policy = c.Policy with { MaxFragmentedPercentage = v.IsNull ? null : Values.Percentage(v, p) ?? c.Policy.MaxFragmentedPercentage } }),
        new("maxQuotaUsagePercentage", (c, v, p) => c with { Policy = c.Policy with { MaxQuotaUsagePercentage = v.IsNull ? null : Values.Percentage(v, p) ?? c.Policy.MaxQuotaUsagePercentage } }),
        new("minDbSize", (c, v, p) => c with { Policy = c.Policy with { MinDbSize = v.IsNull ? null : Values.Size(v, p) } }),
        new("minReclaimable", (c, v, p) => c with { Policy = c.Policy with { MinReclaimable = v.IsNull ? null : Values.Size(v, p) } }),
        new("minInterval", (c, v, p) => c with { Policy = c.Policy with { MinInterval = Values.Duration(v, p, TimeSpan.Zero) } }),
        new("dbQuota", (c, v, p) => c with { DbQuota = Values.Size(v, p) }));

    public static Section<WindowBuilder> Window { get; } = new(
        new("days", (w, v, p) => w with { Days = [.. Values.List(v, p, "days").Select(d => ReadDay(d, p)).OfType<DayOfWeek>().Distinct()] }),
        new("from", (w, v, p) => w with { From = Values.TimeOfDay(v, p) }),
        new("to", (w, v, p) => w with { To = Values.TimeOfDay(v, p) }),
        new("timeZone", (w, v, p) => w with { Zone = Values.Zone(v, p) ?? w.Zone }));

    public static Section<ClusterBuilder> Cluster { get; } = new(
        new("name", (c, v, p) => c with { Name = Values.Text(v, p) ?? c.Name }),
        new("connection", (c, v, p) => c with { Connection = ConnectionReader.Read(v, p) }),
        new("endpoints", (c, v, p) => c with { Endpoints = Values.List(v, p, "endpoints") }));

    public static Section<MonitorConfiguration> Whole { get; } = new(
        new("enabled", (c, v, p) => c with { Enabled = Values.Boolean(v, p) ?? c.Enabled }),
        new("connection", (c, _, _) => c),
        new("endpoints", (c, _, _) => c),
        new("clusters", (c, _, _) => c),
        new("maxClustersAtOnce", (c, v, p) => c with { MaxClustersAtOnce = Values.Whole(v, p, 1, 1000) ?? c.MaxClustersAtOnce }),
        new("checkInterval", (c, v, p) => c with { CheckInterval = Values.Duration(v, p, Second, orZero: true) ?? c.CheckInterval }),
        new("jitterPercentage", (c, v, p) => c with { JitterPercentage = Values.Whole(v, p, 0, 100) ?? c.JitterPercentage }),
        new("policy", (c, v, p) => PolicyReader.Read(c, v, p)),
        new("defragOnStartup", (c, v, p) => c with { DefragOnStartup = Values.Boolean(v, p) ?? false }),
        new("windows", (c, v, p) => c with { Windows = WindowBuilder.ReadAll(v, p) }),
        new("pauseBetweenMembers", (c, v, p) => c with { PauseBetweenMembers = Values.Duration(v, p, TimeSpan.Zero) ?? c.PauseBetweenMembers }),
        new("moveLeader", (c, v, p) => c with { MoveLeader = Values.Boolean(v, p) ?? false }),
        new("allowSmallCluster", (c, v, p) => c with { AllowSmallCluster = Values.Boolean(v, p) ?? false }),
        new("autoDisarm", (c, v, p) => c with { AutoDisarm = Values.Boolean(v, p) ?? false }),
        new("disarmThreshold", (c, v, p) => c with { DisarmThreshold = Values.Part(v, p) ?? c.DisarmThreshold }),
        new("failureBudget", (c, v, p) => c with { FailureBudget = Values.Whole(v, p, 1, 1000) ?? c.FailureBudget }),
        new("dryRun", (c, v, p) => c with { DryRun = Values.Boolean(v, p) ?? false }));

    private static EtcdDefragPolicy? ReadPreset(LocatedJson value, Problems problems)
    {
        var preset = PolicyPresets.Find(value.Text);
        if (preset is null)
        {
            problems.Add(value, $"{value.Quoted} is not one of {string.Join(", ", PolicyPresets.All.Select(known => known.Name))}");
        }

        return preset;
    }

    private static DefragRule? ReadRule(LocatedJson value, Problems problems)
    {
        if (Values.Text(value, problems) is not { } text)
        {
            return null;
        }

        if (!DefragRule.TryParse(text, out var rule, out var error))
        {
            problems.Add(value, $"at character {error.Position + 1}: {error.Problem}");
        }

        return rule;
    }

    private static DayOfWeek? ReadDay(LocatedJson value, Problems problems)
    {
        var index = Array.FindIndex(DayNames, d => IsDay(value.Text, d));
        if (index >= 0)
        {
            return (DayOfWeek)((index + 1) % 7);
        }

        problems.Add(value, $"{value.Quoted} is not one of {string.Join(", ", DayNames)}");
        return null;
    }

    private static bool IsDay(string text, string shortName) =>
        text.Equals(shortName, StringComparison.OrdinalIgnoreCase)
        || (text.StartsWith(shortName, StringComparison.OrdinalIgnoreCase) && Enum.GetNames<DayOfWeek>().Contains(text, StringComparer.OrdinalIgnoreCase));
}
