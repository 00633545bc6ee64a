using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads the policy: a preset or the default with single thresholds changed, or a rule instead of any.</summary>
internal static class PolicyReader
{
    private static readonly string[] Thresholds = ["maxFragmentedPercentage", "maxQuotaUsagePercentage", "minDbSize", "minReclaimable"];

    public static MonitorConfiguration Read(MonitorConfiguration configuration, LocatedJson value, Problems problems)
    {
        var read = Sections.Policy.Read(value, configuration, problems);
        if (value.Find("rule") is { } rule && value.Find("preset") is not null)
        {
            problems.Add(rule, "a rule and a preset exclude each other; give one of them");
        }

        var decider = value.Find("rule") is not null ? "the rule" : read.Policy.Rule is not null ? $"the preset {read.Policy.Name}, which is a rule," : null;
        foreach (var threshold in Thresholds.Select(value.Find).OfType<LocatedJson>().Where(_ => decider is not null))
        {
            problems.Add(threshold, $"it would have no effect beside {decider!.TrimEnd(',')}; write it into a rule");
        }

        if (!MonitorConfiguration.CanBeSatisfied(read.Policy))
        {
            problems.Add(value, "every member would be defragmented at every check: set maxFragmentedPercentage, maxQuotaUsagePercentage or minReclaimable, or write a rule");
        }

        return read with { Policy = Name(read.Policy) };
    }

    /// <summary>A preset with other thresholds is that preset no more, and no reason may say that it is.</summary>
    private static EtcdDefragPolicy Name(EtcdDefragPolicy policy) =>
        PolicyPresets.All.Contains(policy with { MinInterval = null }) ? policy : policy with { Name = "Custom", Source = "" };
}
