using EtcdDefrag.Cli.Output;

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
}
