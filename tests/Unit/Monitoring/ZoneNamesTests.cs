using System.Text;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>The names of time zones, of which systems know different ones.</summary>
public sealed class ZoneNamesTests
{
    // As a Windows without ICU has them.
    private static readonly TimeZoneInfo[] OfWindows =
    [
        Zone("UTC", 0, "(UTC) Coordinated Universal Time"),
        Zone("W. Europe Standard Time", 1, "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),
        Zone("Tokyo Standard Time", 9, "(UTC+09:00) Osaka, Sapporo, Tokyo"),
    ];

    [Theory]
    [InlineData("Europe/Berlin", "\"W. Europe Standard Time\" or \"Tokyo Standard Time\" or \"UTC\"")]
    [InlineData("W.Europe Standard Time", "\"W. Europe Standard Time\" or \"Tokyo Standard Time\" or \"UTC\"")]
    [InlineData("asia/tokyo", "\"Tokyo Standard Time\" or \"UTC\"")]
    [InlineData("", "\"Tokyo Standard Time\" or \"UTC\"")]
    [InlineData("Mars/Olympus_Mons", "\"Tokyo Standard Time\" or \"UTC\"")]
    public void What_the_system_does_not_know_is_answered_with_names_that_it_knows(string given, string names) =>
        Assert.Equal(names, ZoneNames.Suggest(given, OfWindows, OfWindows[2]));

    [Fact]
    public void A_local_zone_that_has_no_name_is_not_suggested() =>
        Assert.Equal("\"UTC\"", ZoneNames.Suggest("Nowhere", OfWindows, Zone("Local", 1, "Local")));

    [SkippableTheory]
    [InlineData("Europe/Berlin")]
    [InlineData("W. Europe Standard Time")]
    public void Both_kinds_of_names_work_where_the_system_can_convert_them(string name)
    {
        Skip.IfNot(TimeZoneInfo.TryConvertIanaIdToWindowsId("Europe/Berlin", out _), "There is no ICU here.");
        var window = $$"""{ "endpoints": ["a"], "windows": [{ "from": "01:00", "to": "02:00", "timeZone": "{{name}}" }] }""";

        Assert.Empty(ConfigurationReader.Read(Encoding.UTF8.GetBytes(window), "test.json", out var configuration));
        Assert.Equal(TimeSpan.FromHours(1), Assert.Single(configuration!.Windows).TimeZone.BaseUtcOffset);
    }

    private static TimeZoneInfo Zone(string id, int hours, string displayName) =>
        TimeZoneInfo.CreateCustomTimeZone(id, TimeSpan.FromHours(hours), displayName, id);
}
