using EtcdDefrag.Text;

namespace EtcdDefrag.Unit.Cli;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(15, "1.5µs")]
    [InlineData(19_024, "1.9024ms")]
    [InlineData(280_000, "28ms")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(600_000_000, "1m0s")]
    [InlineData(1_235_000_000, "2m3.5s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    public void A_time_is_written_as_go_writes_it(long ticks, string expected) =>
        Assert.Equal(expected, GoDuration.Write(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 0.5)]
    [InlineData("36s", 36)]
    [InlineData("1m30s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("2h45m0.5s", 9900.5)]
    [InlineData(".5s", 0.5)]
    [InlineData("1.s", 1)]
    [InlineData("9000h", 32400000)]
    [InlineData("1500us", 0.0015)]
    [InlineData("1500µs", 0.0015)]
    public void A_time_is_read_as_go_reads_it(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var time));
        Assert.Equal(seconds, time.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData(".s")]
    [InlineData("2562048h")]
    [InlineData("5s\n")]
    [InlineData("99999999999999999h")]
    public void What_is_no_time_is_not_read(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
