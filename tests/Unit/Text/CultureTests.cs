using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Text;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Text;

/// <summary>
/// Messages are the same whoever's machine they come from. The whole suite runs in these cultures too: see <see cref="TestCulture"/>.
/// </summary>
public sealed class CultureTests
{
    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    public void Sizes_times_and_dates_are_the_same_in_every_culture(string culture) => In(culture, () =>
    {
        // Else the runtime came without cultures, and this proves nothing.
        Assert.NotEqual(1.5.ToString(CultureInfo.InvariantCulture) + At.Year, 1.5.ToString(CultureInfo.CurrentCulture) + At.ToString("yyyy", CultureInfo.CurrentCulture));

        Assert.Equal("10.5 MiB", Units.Size(11010048));
        Assert.Equal("1.0 MiB", Units.Size(1023 * 1024));
        Assert.Equal("1.5 s", Units.Seconds(TimeSpan.FromSeconds(1.5)));
        Assert.Equal("2.4 s", Units.Duration(TimeSpan.FromSeconds(2.44)));
        Assert.Equal("3.1 min", Units.Duration(TimeSpan.FromMinutes(3.1)));
        Assert.Equal("96 %", Units.Percent(0.96));
        Assert.Equal("2026-01-31 23:59:59Z", Units.Time(At));
        Assert.Contains(" 9.5 s ", Assert.Throws<EtcdSettingException>(
            () => new EtcdConnectionSettings { KeepAliveInterval = TimeSpan.FromSeconds(9.5) }.ToOptions(new())).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_view_may_name_its_users_culture() => Assert.Equal("10,5 MiB", Units.Size(11010048, CultureInfo.GetCultureInfo("de-DE")));

    private static DateTimeOffset At => new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero);

    private static void In(string culture, Action check)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            check();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
