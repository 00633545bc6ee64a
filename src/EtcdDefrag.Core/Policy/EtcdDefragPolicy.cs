using EtcdDefrag.Model;

namespace EtcdDefrag.Policy;

/// <summary>
/// When a defragmentation is worth its pause: a rule, or thresholds, with a name. Sizes are bytes. Of the thresholds that are set, one
/// trigger (fragmentation or quota use) and every floor must be met or exceeded.
/// </summary>
public sealed record EtcdDefragPolicy
{
    /// <summary>Its name, for messages: that of a preset, or <c>Custom</c>.</summary>
    public string Name { get; init; } = "Custom";

    /// <summary>The rule; null where the thresholds decide.</summary>
    public DefragRule? Rule { get; init; }

    /// <summary>A trigger: the free part of the file, in percent, 0 to 100.</summary>
    public double? MaxFragmentedPercentage { get; init; }

    /// <summary>A trigger: the part of the quota that the file fills, in percent, 0 to 100.</summary>
    public double? MaxQuotaUsagePercentage { get; init; }

    /// <summary>A floor: the size of the file.</summary>
    public long? MinDbSize { get; init; }

    /// <summary>A floor: the bytes that can be reclaimed.</summary>
    public long? MinReclaimable { get; init; }

    /// <summary>A floor: the time since the member's last defragmentation, where that is known.</summary>
    public TimeSpan? MinInterval { get; init; }

    /// <summary>
    /// Whether an armed NOSPACE is a reason by itself if a rule decides; with thresholds it always is. While nobody can write, the bytes in
    /// use are not updated, and do not show what a compaction has freed.
    /// </summary>
    public bool DefragmentsOnNoSpace { get; init; }

    /// <summary>Where the preset comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Judges a member.</summary>
    /// <param name="status">The member's status.</param>
    /// <param name="sinceLastRun">The time since its last defragmentation; null where that is not known.</param>
    /// <param name="isNoSpaceArmed">Whether NOSPACE is armed for another member: then this one takes no writes either.</param>
    /// <exception cref="RuleEvaluationException">The rule asks for something that is not known.</exception>
    public PolicyVerdict Judge(EtcdMemberStatus status, TimeSpan? sinceLastRun = null, bool isNoSpaceArmed = false)
    {
        var facts = MemberFacts.Of(status);
        return Judge(facts with { SinceLastRun = sinceLastRun, IsNoSpaceArmed = isNoSpaceArmed || facts.HasNoSpaceAlarm });
    }

    internal PolicyVerdict Judge(MemberFacts facts) => PolicyJudge.Judge(this, facts);
}

/// <summary>Whether a member is to be defragmented, and why.</summary>
/// <param name="IsMatch">Whether it is.</param>
/// <param name="Reason">The numbers that decided.</param>
/// <param name="Warning">What a defragmentation cannot help against; null where there is nothing of the kind.</param>
public sealed record PolicyVerdict(bool IsMatch, string Reason, string? Warning = null);
