using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads the policy: a preset or the default with single thresholds changed, or a rule in place of both.</summary>
internal static class PolicyReader
{
    private const string Endless = "every member would be defragmented at every check: "
        + "set maxFragmentedPercentage, maxQuotaUsagePercentage or minReclaimable, or write a rule";

    private static readonly string[] Thresholds = ["maxFragmentedPercentage", "maxQuotaUsagePercentage", "minDbSize", "minReclaimable"];

    public static MonitorConfiguration Read(MonitorConfiguration configuration, LocatedJson value, Problems problems)
    {
        var read = Sections.Policy.Read(value, configuration, problems);
        var rule = value.Find("rule");
        if (rule is not null && value.Find("preset") is not null)
        {
            problems.Add(rule, "a rule and a preset exclude each other; give one of them");
        }

        if (rule is not null || read.Policy.Rule is not null)
        {
            var decider = rule is not null ? "the rule" : $"the preset {read.Policy.Name}, which is a rule";
            foreach (var threshold in Thresholds.Select(value.Find).OfType<LocatedJson>())
            {
                problems.Add(threshold, $"it would have no effect beside {decider}; write it into a rule");
            }
        }

        if (!MonitorConfiguration.CanBeSatisfied(read.Policy))
        {
            problems.Add(value, Endless);
        }

        return read with { Policy = Rename(read.Policy) };
    }

    public static EtcdDefragPolicy ReadPreset(LocatedJson value) => PolicyPresets.Find(value.Text)
        ?? throw new FormatException($"{value.Quoted} is not one of {string.Join(", ", PolicyPresets.All.Select(known => known.Name))}");

    public static EtcdDefragPolicy ReadRule(LocatedJson value) => DefragRule.TryParse(value.NonEmpty(), out var rule, out var error)
        ? new EtcdDefragPolicy { Rule = rule }
        : throw new FormatException($"at character {error.Position + 1}: {error.Problem}");

    /// <summary>A preset with other thresholds is another policy, and messages must not give it the preset's name.</summary>
    private static EtcdDefragPolicy Rename(EtcdDefragPolicy policy) =>
        PolicyPresets.All.Contains(policy with { MinInterval = null }) ? policy : policy with { Name = "Custom", Source = "" };
}
