namespace EtcdDefrag.Monitoring.Schedule;

/// <summary>
/// How long to rest between the end of one check and the beginning of the next. Pure. Since the rest begins when a check has ended, no
/// two checks of a cluster overlap however long one takes.
/// </summary>
/// <param name="Interval">The rest while all is well.</param>
/// <param name="JitterPercentage">How much longer it may be by chance, 0 to 100: so that many monitors do not all check at once.</param>
/// <param name="FailureBudget">How many failed rounds in a row are borne before the rest grows, 1 or more.</param>
internal sealed record CheckSchedule(TimeSpan Interval, int JitterPercentage, int FailureBudget)
{
    private const int MaxDoublings = 3;

    /// <summary>How long a rest becomes at most by failures alone, if <see cref="Interval"/> itself is not longer.</summary>
    public static readonly TimeSpan MaxBackOff = TimeSpan.FromHours(2);

    /// <summary>Whether so many failed rounds in a row are more than is borne.</summary>
    /// <param name="failures">Failed rounds since the last good one.</param>
    public bool IsDegraded(int failures) => failures >= FailureBudget;

    /// <summary>The rest without jitter: doubled with each failure from the budget's end on, up to 8 times and up to two hours.</summary>
    /// <param name="failures">Failed rounds since the last good one.</param>
    public TimeSpan RestAfter(int failures)
    {
        if (!IsDegraded(failures))
        {
            return Interval;
        }

        var doublings = Math.Min(failures - FailureBudget + 1, MaxDoublings);
        var longest = Interval > MaxBackOff ? Interval : MaxBackOff;
        var backedOff = Interval * (1 << doublings);
        return backedOff < longest ? backedOff : longest;
    }

    /// <summary>The rest with jitter: never shorter than without.</summary>
    /// <param name="failures">Failed rounds since the last good one.</param>
    /// <param name="chance">A number by chance, from 0 to 1.</param>
    public TimeSpan RestAfter(int failures, double chance)
    {
        var rest = RestAfter(failures);
        return rest + (rest * (Math.Clamp(chance, 0, 1) * JitterPercentage / 100));
    }
}
