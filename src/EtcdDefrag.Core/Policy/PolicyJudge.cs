using System.Globalization;
using EtcdDefrag.Model;

namespace EtcdDefrag.Policy;

/// <summary>Holds a policy against what is known of a member. Pure.</summary>
internal static class PolicyJudge
{
    private const double NearlyFull = 80;

    /// <summary>
    /// How full a file has to be for NOSPACE to be a reason: below that the alarm needs to be cleared, which no defragmentation does. The
    /// same part as the default up to which alarms are cleared.
    /// </summary>
    private const double NoSpaceUsage = 0.9;

    /// <summary>
    /// After a defragmentation the figures are fresh: where it did not help, another one does not soon, unless data was deleted meanwhile
    /// and the member says so.
    /// </summary>
    private static readonly TimeSpan NoSpaceRest = TimeSpan.FromHours(1);

    public static PolicyVerdict Judge(EtcdDefragPolicy policy, EtcdMemberStatus status, TimeSpan? sinceLastRun, bool isNoSpaceArmed)
    {
        if (policy.MinInterval is { } interval && sinceLastRun < interval)
        {
            return new PolicyVerdict(false, Text($"last defragmented {sinceLastRun:c} ago, less than {interval:c}"));
        }

        var isArmed = isNoSpaceArmed || status.Alarms.Contains(EtcdAlarmType.NoSpace);
        var isResting = sinceLastRun < NoSpaceRest && status.DbSizeInUse >= NoSpaceUsage * status.DbSize;
        var isFull = isArmed && status.DbQuotaUsage is null or >= NoSpaceUsage && !isResting;
        if (isFull && (policy.Rule is null || policy.DefragmentsOnNoSpace))
        {
            return new PolicyVerdict(true, $"{policy.Name}: NOSPACE is armed{(status.DbQuotaUsage is { } usage ? Text($", quota use {usage * 100:0.#}%") : "")}");
        }

        var verdict = policy.Rule is { } rule ? JudgeRule(rule, status) : JudgeThresholds(policy, status);
        return verdict.IsMatch ? verdict : verdict with { Warning = FindQuotaWarning(policy, status, isFull) };
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

    /// <summary>
    /// What to say of a file that nearly fills its quota and is left alone: it follows from what a defragmentation would leave, as far as
    /// that is known, and only where space was what was asked for.
    /// </summary>
    private static string? FindQuotaWarning(EtcdDefragPolicy policy, EtcdMemberStatus status, bool isFull)
    {
        var limit = policy.MaxQuotaUsagePercentage ?? NearlyFull;
        if (status is not { DbQuota: { } quota } || !(status.DbQuotaUsage * 100 >= limit) || policy.Rule is { AsksForSpace: false })
        {
            return null;
        }

        var used = Text($"{Mebibytes(status.DbSize):0.#} MiB of a quota of {Mebibytes(quota):0.#} MiB are used");
        if (isFull)
        {
            return $"{used} and NOSPACE is armed: while nobody can write, dbSizeInUse does not show what a compaction has freed.";
        }

        var left = Text($"a defragmentation would leave about {Mebibytes(status.DbSizeInUse):0.#} MiB");
        return 100.0 * status.DbSizeInUse / quota >= limit
            ? $"{used} and {left}: a larger quota or less data helps, a defragmentation does not."
            : $"{used}; {left}, and the policy does not ask for it.";
    }

    private static Condition Compare(string what, double value, double threshold, string unit)
    {
        var isMet = value >= threshold;
        return new Condition(isMet, Text($"{what} {value:0.#}{unit} ({(isMet ? "at least" : "less than")} {threshold:0.#}{unit})"));
    }

    private static double Mebibytes(long bytes) => bytes / 1048576.0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Condition(bool IsMet, string Text);
}
