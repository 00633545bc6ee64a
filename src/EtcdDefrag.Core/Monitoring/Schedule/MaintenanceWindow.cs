namespace EtcdDefrag.Monitoring.Schedule;

/// <summary>
/// A time of the week in which members may be defragmented, in the local time of a zone: from <see cref="From"/>, inclusive, to
/// <see cref="To"/>, exclusive; on the next day if <see cref="To"/> is not later. The hour that is skipped in spring is in no window; the
/// hour that occurs twice in autumn is in it twice.
/// </summary>
internal sealed record MaintenanceWindow
{
    // Every window opens at least once a week; one whose hour is skipped in spring opens a week later.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(15);

    /// <summary>The days on which it opens. A window across midnight belongs to the day on which it begins.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = Enum.GetValues<DayOfWeek>();

    /// <summary>When it opens, in whole minutes.</summary>
    public required TimeOnly From { get; init; }

    /// <summary>When it closes, in whole minutes.</summary>
    public required TimeOnly To { get; init; }

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public bool IsOpenAt(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, TimeZone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        var today = Days.Contains(local.DayOfWeek);
        return From < To
            ? today && From <= time && time < To
            : (today && From <= time) || (Days.Contains(local.AddDays(-1).DayOfWeek) && time < To);
    }

    /// <summary>Whether one of several windows is open; no windows mean always.</summary>
    public static bool IsAnyOpenAt(IReadOnlyList<MaintenanceWindow> windows, DateTimeOffset moment) =>
        windows.Count == 0 || windows.Any(w => w.IsOpenAt(moment));

    /// <summary>When one of several windows is open next; null if none opens within two weeks.</summary>
    public static DateTimeOffset? FindOpening(IReadOnlyList<MaintenanceWindow> windows, DateTimeOffset moment)
    {
        if (IsAnyOpenAt(windows, moment))
        {
            return moment;
        }

        // Clocks change, and windows open, at whole minutes. Testing each of them needs no knowledge of how a zone changes.
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
