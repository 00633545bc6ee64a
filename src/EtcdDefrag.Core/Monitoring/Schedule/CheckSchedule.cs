namespace EtcdDefrag.Monitoring.Schedule;

/// <summary>
/// How long to wait from the end of one check to the start of the next, so that two checks of a cluster never overlap. Pure.
/// </summary>
/// <param name="Interval">The wait without failures.</param>
/// <param name="JitterPercentage">How much longer it may be at random, 0 to 100, so that not all monitors check at the same time.</param>
/// <param name="FailureBudget">From how many failed rounds in a row on the wait grows, 1 or more.</param>
internal sealed record CheckSchedule(TimeSpan Interval, int JitterPercentage, int FailureBudget)
{
    private const int MaxDoublings = 3;

    /// <summary>The longest wait that failures lead to, unless <see cref="Interval"/> itself is longer.</summary>
    public static readonly TimeSpan MaxBackOff = TimeSpan.FromHours(2);

    public bool IsDegraded(int failures) => failures >= FailureBudget;

    /// <summary>The wait without jitter, doubled with each failure once the budget is used up.</summary>
    public TimeSpan DelayAfter(int failures)
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

    /// <summary>The wait with jitter, never shorter than without.</summary>
    /// <param name="failures">Failed rounds since the last success.</param>
    /// <param name="chance">A random number, 0 to 1.</param>
    public TimeSpan DelayAfter(int failures, double chance)
    {
        var delay = DelayAfter(failures);
        return delay + (delay * (Math.Clamp(chance, 0, 1) * JitterPercentage / 100));
    }
}
