namespace EtcdDefrag.Monitoring.Schedule;

/// <summary>
/// A time of the week in which members may be defragmented, by the clock on the wall of a time zone: from <see cref="From"/>,
/// inclusive, to <see cref="To"/>, exclusive. Where <see cref="To"/> is not later, it is that of the next day. An hour that the clock
/// leaves out in spring is in no window; one that it shows twice in autumn is in it twice.
/// </summary>
internal sealed record MaintenanceWindow
{
    // Every window opens at least once a week; one whose hour is left out in spring opens a week later.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(15);

    /// <summary>The days on which it opens; a window across midnight belongs to the day on which it begins. Every day by default.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = Enum.GetValues<DayOfWeek>();

    /// <summary>When it opens, in whole minutes.</summary>
    public required TimeOnly From { get; init; }

    /// <summary>When it closes, in whole minutes.</summary>
    public required TimeOnly To { get; init; }

    /// <summary>Whose clock counts. UTC by default.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether it is open at a moment.</summary>
    /// <param name="moment">The moment.</param>
    public bool IsOpenAt(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, TimeZone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        var today = Days.Contains(local.DayOfWeek);
        if (From < To)
        {
            return today && From <= time && time < To;
        }

        return (today && From <= time) || (Days.Contains(local.AddDays(-1).DayOfWeek) && time < To);
    }

    /// <summary>Whether one of several windows is open at a moment.</summary>
    /// <param name="windows">The windows; none means always.</param>
    /// <param name="moment">The moment.</param>
    public static bool IsAnyOpenAt(IReadOnlyList<MaintenanceWindow> windows, DateTimeOffset moment) =>
        windows.Count == 0 || windows.Any(w => w.IsOpenAt(moment));

    /// <summary>When one of several windows is open next.</summary>
    /// <param name="windows">The windows; none means always.</param>
    /// <param name="moment">From when on.</param>
    /// <returns>The moment itself where one is open; null where none opens within two weeks.</returns>
    public static DateTimeOffset? FindOpening(IReadOnlyList<MaintenanceWindow> windows, DateTimeOffset moment)
    {
        if (IsAnyOpenAt(windows, moment))
        {
            return moment;
        }

        // Clocks change, and windows open, at whole minutes: looking at each needs no knowledge of how a zone changes.
        var first = moment.AddTicks(TimeSpan.TicksPerMinute - (moment.UtcTicks % TimeSpan.TicksPerMinute));
        for (var next = first; next - first < Horizon; next = next.AddMinutes(1))
        {
            if (windows.Any(w => w.IsOpenAt(next)))
            {
                return next;
            }
        }

        return null;
    }
}
