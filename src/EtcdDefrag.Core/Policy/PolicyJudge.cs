using System.Globalization;
using EtcdDefrag.Text;

namespace EtcdDefrag.Policy;

/// <summary>Judges a member by a policy. Pure.</summary>
internal static class PolicyJudge
{
    private const double NearlyFull = 80;

    /// <summary>
    /// How full a file has to be for NOSPACE to be a reason: below that the alarm has to be cleared, which no defragmentation does. Alarms
    /// are cleared up to the same part by default.
    /// </summary>
    private const double NoSpaceUsage = 0.9;

    /// <summary>
    /// A defragmentation that has just run updated the figures: where it did not help, another one will not, unless the member has free
    /// pages again.
    /// </summary>
    private static readonly TimeSpan NoSpaceRest = TimeSpan.FromHours(1);

    public static PolicyVerdict Judge(EtcdDefragPolicy policy, MemberFacts member)
    {
        if (policy.MinInterval is { } interval && member.SinceLastRun < interval)
        {
            return new PolicyVerdict(false, Text($"last defragmented {member.SinceLastRun:c} ago, less than {interval:c}"));
        }

        var isResting = member.SinceLastRun < NoSpaceRest && member.DbSizeInUse >= NoSpaceUsage * member.DbSize;
        var isFull = member.IsNoSpaceArmed && member.DbQuotaUsage is null or >= NoSpaceUsage && !isResting;
        if (isFull && (policy.Rule is null || policy.DefragmentsOnNoSpace))
        {
            var usage = member.DbQuotaUsage is { } part ? Text($", quota use {part * 100:0.#}%") : "";
            return new PolicyVerdict(true, $"{policy.Name}: NOSPACE is armed{usage}");
        }

        var verdict = policy.Rule?.Explain(member) ?? JudgeThresholds(policy, member);
        return verdict.IsMatch ? verdict : verdict with { Warning = FindQuotaWarning(policy, member, isFull) };
    }

    /// <summary>What a policy asks for: <c>at least 45% fragmented or 80% of the quota used, and at least 100 MiB reclaimable</c>.</summary>
    public static string Describe(EtcdDefragPolicy policy)
    {
        string?[] triggers =
        [
            policy.MaxFragmentedPercentage is { } fragmented ? Text($"{fragmented}% fragmented") : null,
            policy.MaxQuotaUsagePercentage is { } usage ? Text($"{usage}% of the quota used") : null,
        ];
        string?[] floors =
        [
            policy.MinDbSize is { } size ? $"{Units.ComparedSize(size, size)} large" : null,
            policy.MinReclaimable is { } free ? $"{Units.ComparedSize(free, free)} reclaimable" : null,
        ];
        string[] conditions = [string.Join(" or ", triggers.OfType<string>()), .. floors.OfType<string>()];
        return policy.Rule?.Text ?? string.Join(", and ", conditions.Where(c => c.Length > 0).Select(c => $"at least {c}"));
    }

    private static PolicyVerdict JudgeThresholds(EtcdDefragPolicy policy, MemberFacts member)
    {
        var triggers = FindTriggers(policy, member).ToArray();
        var floors = FindFloors(policy, member).ToArray();
        var isTriggered = triggers.Length == 0 || triggers.Any(t => t.IsMet);
        var missed = floors.Where(f => !f.IsMet).ToArray();
        var decisive = isTriggered ? [.. triggers.Where(t => t.IsMet).Take(1), .. missed.Length > 0 ? missed : floors.Take(1)] : triggers;
        var reason = decisive.Length > 0 ? string.Join(", ", decisive.Select(c => c.Text)) : "no threshold is set";
        return new PolicyVerdict(isTriggered && missed.Length == 0, $"{policy.Name}: {reason}");
    }

    private static IEnumerable<Condition> FindTriggers(EtcdDefragPolicy policy, MemberFacts member)
    {
        if (policy.MaxFragmentedPercentage is { } fragmented)
        {
            yield return ComparePercentage("fragmented", member.FragmentedRatio * 100, fragmented);
        }

        if (policy.MaxQuotaUsagePercentage is { } most)
        {
            yield return member.DbQuotaUsage is { } usage
                ? ComparePercentage("quota use", usage * 100, most)
                : new Condition(false, "quota unknown");
        }
    }

    private static IEnumerable<Condition> FindFloors(EtcdDefragPolicy policy, MemberFacts member)
    {
        if (policy.MinDbSize is { } size)
        {
            yield return CompareSize("size", member.DbSize, size);
        }

        if (policy.MinReclaimable is { } floor)
        {
            yield return CompareSize("reclaimable", member.DbSizeFree, floor);
        }
    }

    /// <summary>
    /// What to say of a file that nearly fills its quota and is left alone. It follows from what a defragmentation would leave, and is said
    /// only where the policy asks for space at all.
    /// </summary>
    private static string? FindQuotaWarning(EtcdDefragPolicy policy, MemberFacts member, bool isFull)
    {
        var limit = policy.MaxQuotaUsagePercentage ?? NearlyFull;
        if (member.DbQuota is not ({ } quota and not MemberFacts.NoQuota)
            || !(member.DbQuotaUsage * 100 >= limit) || policy.Rule is { AsksForSpace: false })
        {
            return null;
        }

        var used = $"{Units.ComparedSize(member.DbSize, quota)} of a quota of {Units.ComparedSize(quota, member.DbSize)} are used";
        if (isFull)
        {
            return $"{used} and NOSPACE is armed: while nobody can write, dbSizeInUse does not show what a compaction has freed.";
        }

        var left = $"a defragmentation would leave about {Units.ComparedSize(member.DbSizeInUse, member.DbSize)}";
        return 100.0 * member.DbSizeInUse / quota >= limit
            ? $"{used} and {left}: a larger quota or less data helps, a defragmentation does not."
            : $"{used}; {left}, and the policy does not ask for it.";
    }

    private static Condition ComparePercentage(string what, double value, double threshold) =>
        Compare(what, value >= threshold, $"{Units.Compared(value, threshold)}%", $"{Units.Compared(threshold, value)}%");

    private static Condition CompareSize(string what, long value, long threshold) =>
        Compare(what, value >= threshold, Units.ComparedSize(value, threshold), Units.ComparedSize(threshold, value));

    private static Condition Compare(string what, bool isMet, string value, string threshold) =>
        new(isMet, $"{what} {value} ({(isMet ? "at least" : "less than")} {threshold})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Condition(bool IsMet, string Text);
}
