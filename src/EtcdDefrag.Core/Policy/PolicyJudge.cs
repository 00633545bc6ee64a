using System.Globalization;
using EtcdDefrag.Model;

namespace EtcdDefrag.Policy;

/// <summary>Holds a policy against what is known of a member. Pure.</summary>
internal static class PolicyJudge
{
    private const double NearlyFull = 80;

    public static PolicyVerdict Judge(EtcdDefragPolicy policy, EtcdMemberStatus status, TimeSpan? sinceLastRun)
    {
        if (policy.MinInterval is { } interval && sinceLastRun < interval)
        {
            return new PolicyVerdict(false, Text($"last defragmented {sinceLastRun:c} ago, less than {interval:c}"));
        }

        var verdict = policy.Rule is { } rule ? JudgeRule(rule, status) : JudgeThresholds(policy, status);
        return verdict.IsMatch ? verdict : verdict with { Warning = FindHelpless(policy, status) };
    }

    /// <summary>What a rule may ask of a member.</summary>
    public static RuleFacts ToFacts(EtcdMemberStatus status) => new()
    {
        DbSize = status.DbSize,
        DbSizeInUse = status.DbSizeInUse,
        DbQuota = status.DbQuotaSource == EtcdQuotaSource.None ? long.MaxValue : status.DbQuota,
        IsLeader = status.IsLeader,
        IsLearner = status.IsLearner,
        HasNoSpaceAlarm = status.Alarms.Contains(EtcdAlarmType.NoSpace),
        RaftLag = status.RaftLag,
        Version = status.Version,
    };

    private static PolicyVerdict JudgeRule(DefragRule rule, EtcdMemberStatus status)
    {
        var verdict = rule.Explain(ToFacts(status));
        return new PolicyVerdict(verdict.IsMatch, verdict.Reason);
    }

    private static PolicyVerdict JudgeThresholds(EtcdDefragPolicy policy, EtcdMemberStatus status)
    {
        var triggers = FindTriggers(policy, status).ToArray();
        var floors = FindFloors(policy, status).ToArray();
        var isTriggered = triggers.Length == 0 || triggers.Any(t => t.IsMet);
        var decisive = isTriggered
            ? triggers.Where(t => t.IsMet).Take(1).Concat(floors.Where(f => !f.IsMet).DefaultIfEmpty(floors.FirstOrDefault()).OfType<Condition>())
            : triggers;
        var reason = string.Join(", ", decisive.Select(c => c.Text));
        return new PolicyVerdict(isTriggered && Array.TrueForAll(floors, f => f.IsMet), $"{policy.Name}: {(reason.Length > 0 ? reason : "no threshold is set")}");
    }

    private static IEnumerable<Condition> FindTriggers(EtcdDefragPolicy policy, EtcdMemberStatus status)
    {
        if (policy.MaxFragmentedPercentage is { } fragmented)
        {
            yield return Compare("fragmented", status.FragmentedRatio * 100, fragmented, "%");
        }

        if (policy.MaxQuotaUsagePercentage is { } most)
        {
            yield return status.DbQuotaUsage is { } usage
                ? Compare("quota use", usage * 100, most, "%")
                : new Condition(false, "quota unknown");
        }
    }

    private static IEnumerable<Condition> FindFloors(EtcdDefragPolicy policy, EtcdMemberStatus status)
    {
        if (policy.MinDbSize is { } size)
        {
            yield return Compare("size", Mebibytes(status.DbSize), Mebibytes(size), " MiB");
        }

        if (policy.MinReclaimable is { } floor)
        {
            yield return Compare("reclaimable", Mebibytes(status.DbSizeFree), Mebibytes(floor), " MiB");
        }
    }

    /// <summary>A file that is nearly full of live data: no defragmentation makes it smaller, however often it is done.</summary>
    private static string? FindHelpless(EtcdDefragPolicy policy, EtcdMemberStatus status) =>
        status.DbQuotaUsage * 100 >= (policy.MaxQuotaUsagePercentage ?? NearlyFull) && status.DbQuota is { } quota
            ? Text($"{Mebibytes(status.DbSize):0.#} MiB of a quota of {Mebibytes(quota):0.#} MiB are used and only {Mebibytes(status.DbSizeFree):0.#} MiB are free in it: a larger quota or less data helps, a defragmentation does not.")
            : null;

    private static Condition Compare(string what, double value, double threshold, string unit)
    {
        var isMet = value >= threshold;
        return new Condition(isMet, Text($"{what} {value:0.#}{unit} ({(isMet ? "at least" : "less than")} {threshold:0.#}{unit})"));
    }

    private static double Mebibytes(long bytes) => bytes / 1048576.0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Condition(bool IsMet, string Text);
}
