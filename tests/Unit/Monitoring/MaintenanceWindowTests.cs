using System.Globalization;
using EtcdDefrag.Monitoring.Schedule;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>Windows by the clock on the wall, across midnight and through the changes of the clock.</summary>
public sealed class MaintenanceWindowTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    // 2026-01-01 is a Thursday.
    [Theory]
    [InlineData("2026-01-01T09:59:59Z", false)]
    [InlineData("2026-01-01T10:00:00Z", true)]
    [InlineData("2026-01-01T11:59:59Z", true)]
    [InlineData("2026-01-01T12:00:00Z", false)]
    [InlineData("2026-01-02T11:00:00Z", false)]
    public void From_is_in_and_to_is_out_and_only_its_days_count(string moment, bool isOpen) =>
        Assert.Equal(isOpen, Window("10:00", "12:00", TimeZoneInfo.Utc, DayOfWeek.Thursday).IsOpenAt(At(moment)));

    [Theory]
    [InlineData("2026-01-01T21:59:00Z", false)]
    [InlineData("2026-01-01T22:00:00Z", true)]
    [InlineData("2026-01-02T00:00:00Z", true)]
    [InlineData("2026-01-02T03:59:00Z", true)]
    [InlineData("2026-01-02T04:00:00Z", false)]
    [InlineData("2026-01-02T22:30:00Z", false)]
    [InlineData("2026-01-01T01:00:00Z", false)]
    public void Across_midnight_it_belongs_to_the_day_on_which_it_begins(string moment, bool isOpen) =>
        Assert.Equal(isOpen, Window("22:00", "04:00", TimeZoneInfo.Utc, DayOfWeek.Thursday).IsOpenAt(At(moment)));

    [Theory]
    [InlineData("00:00", "00:00")]
    [InlineData("13:00", "13:00")]
    public void From_and_to_at_the_same_time_is_a_whole_day(string from, string to)
    {
        var window = Window(from, to, TimeZoneInfo.Utc, DayOfWeek.Thursday);
        var opens = At("2026-01-01T00:00:00Z") + window.From.ToTimeSpan();
        Assert.False(window.IsOpenAt(opens.AddSeconds(-1)));
        Assert.True(window.IsOpenAt(opens));
        Assert.True(window.IsOpenAt(opens.AddHours(24).AddSeconds(-1)));
        Assert.False(window.IsOpenAt(opens.AddHours(24)));
    }

    [Fact]
    public void Its_own_time_zone_counts()
    {
        var window = Window("22:00", "23:00", Berlin);
        Assert.True(window.IsOpenAt(At("2026-01-01T21:30:00Z")));
        Assert.False(window.IsOpenAt(At("2026-01-01T22:30:00Z")));
        Assert.True(window.IsOpenAt(At("2026-07-01T20:30:00Z")));
    }

    // On 2026-03-29 the clock in Berlin goes from 02:00 (01:00Z) to 03:00.
    [Theory]
    [InlineData("02:00", "03:00", "2026-03-29T00:30:00Z", false)]
    [InlineData("02:00", "03:00", "2026-03-29T01:00:00Z", false)]
    [InlineData("02:30", "04:00", "2026-03-29T00:59:00Z", false)]
    [InlineData("02:30", "04:00", "2026-03-29T01:00:00Z", true)]
    [InlineData("02:30", "04:00", "2026-03-29T02:00:00Z", false)]
    [InlineData("22:00", "03:00", "2026-03-29T00:59:00Z", true)]
    [InlineData("22:00", "03:00", "2026-03-29T01:00:00Z", false)]
    public void What_the_clock_leaves_out_in_spring_is_in_no_window(string from, string to, string moment, bool isOpen) =>
        Assert.Equal(isOpen, Window(from, to, Berlin).IsOpenAt(At(moment)));

    // On 2026-10-25 the clock in Berlin goes from 03:00 (01:00Z) back to 02:00.
    [Theory]
    [InlineData("2026-10-25T00:15:00Z", false)]
    [InlineData("2026-10-25T00:30:00Z", true)]
    [InlineData("2026-10-25T00:59:00Z", true)]
    [InlineData("2026-10-25T01:00:00Z", false)]
    [InlineData("2026-10-25T01:30:00Z", true)]
    [InlineData("2026-10-25T02:00:00Z", false)]
    public void What_the_clock_shows_twice_in_autumn_is_in_the_window_twice(string moment, bool isOpen) =>
        Assert.Equal(isOpen, Window("02:30", "03:00", Berlin).IsOpenAt(At(moment)));

    [Theory]
    [InlineData("02:00", "03:00", "2026-03-29T00:00:30Z", "2026-03-30T00:00:00Z")]
    [InlineData("02:30", "04:00", "2026-03-29T00:00:30Z", "2026-03-29T01:00:00Z")]
    [InlineData("02:30", "03:00", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("22:00", "04:00", "2026-06-01T12:00:00Z", "2026-06-01T20:00:00Z")]
    public void The_next_opening_is_found_through_every_change_of_the_clock(string from, string to, string moment, string opens) =>
        Assert.Equal(At(opens), MaintenanceWindow.FindOpening([Window(from, to, Berlin)], At(moment)));

    [Fact]
    public void An_opening_a_week_away_is_found_even_where_its_hour_is_left_out_once()
    {
        var sundays = Window("02:00", "03:00", Berlin, DayOfWeek.Sunday);
        Assert.Equal(At("2026-04-05T00:00:00Z"), MaintenanceWindow.FindOpening([sundays], At("2026-03-23T00:00:00Z")));
    }

    [Fact]
    public void No_window_means_always_and_of_several_the_first_to_open_counts()
    {
        var moment = At("2026-01-01T00:00:00Z");
        Assert.Equal(moment, MaintenanceWindow.FindOpening([], moment));
        Assert.Equal(
            moment.AddHours(3),
            MaintenanceWindow.FindOpening([Window("05:00", "06:00", TimeZoneInfo.Utc), Window("03:00", "04:00", TimeZoneInfo.Utc)], moment));
    }

    [Fact]
    public void What_is_found_is_open_and_nothing_before_it_is() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            (from f in Gen.Choose(0, 1439)
             from t in Gen.Choose(0, 1439)
             from day in Gen.Choose(0, 6)
             from minute in Gen.Choose(0, 366 * 1440)
             from second in Gen.Choose(0, 59)
             select (f, t, day, minute, second)).ToArbitrary(),
            one =>
            {
                var window = new MaintenanceWindow
                {
                    Days = [(DayOfWeek)one.day],
                    From = new TimeOnly(one.f / 60, one.f % 60),
                    To = new TimeOnly(one.t / 60, one.t % 60),
                    TimeZone = Berlin,
                };
                var moment = At("2026-01-01T00:00:00Z").AddMinutes(one.minute).AddSeconds(one.second);
                var opens = MaintenanceWindow.FindOpening([window], moment)!.Value;
                return window.IsOpenAt(opens) && (opens == moment || !window.IsOpenAt(opens.AddSeconds(-1)));
            }));

    private static MaintenanceWindow Window(string from, string to, TimeZoneInfo zone, params DayOfWeek[] days)
    {
        var window = new MaintenanceWindow
        {
            From = TimeOnly.Parse(from, CultureInfo.InvariantCulture),
            To = TimeOnly.Parse(to, CultureInfo.InvariantCulture),
            TimeZone = zone,
        };
        return days.Length > 0 ? window with { Days = days } : window;
    }

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
