using EtcdDefrag.Cli.Monitoring.Metrics;

namespace EtcdDefrag.Unit.Cli.Metrics;

/// <summary>Where metrics are served: on loopback, unless another address is written out.</summary>
public sealed class MetricsFlagsTests
{
    [Theory]
    [InlineData("2390", "127.0.0.1:2390")]
    [InlineData(":2390", "127.0.0.1:2390")]
    [InlineData("127.0.0.1:2390", "127.0.0.1:2390")]
    [InlineData("0.0.0.0:2390", "0.0.0.0:2390")]
    [InlineData("[::1]:2390", "[::1]:2390")]
    public void An_address_is_what_is_written_out_and_a_port_alone_is_on_loopback(string text, string expected)
    {
        Assert.True(MetricsFlags.TryRead(text, out var address));
        Assert.Equal(expected, address!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("0")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("65536")]
    [InlineData("example.test:2390")]
    [InlineData("http://127.0.0.1:2390")]
    [InlineData("-1")]
    public void What_is_no_address_is_refused(string text) => Assert.False(MetricsFlags.TryRead(text, out _));

    [Fact]
    public void Nothing_is_served_or_written_unless_it_is_said()
    {
        Assert.Null(MetricsFlags.Address.Fallback);
        Assert.Null(MetricsFlags.File.Fallback);
    }

    [Fact]
    public void What_cannot_be_meant_is_an_error_that_says_the_way_out()
    {
        var address = Assert.Throws<FormatException>(() => MetricsFlags.Address.Read("localhost:1"));
        var file = Assert.Throws<FormatException>(() => MetricsFlags.File.Read("metrics.txt"));

        Assert.Equal("is not an address to listen on; write 127.0.0.1:2390, or 0.0.0.0:2390 to be reachable from other machines", address.Message);
        Assert.Equal("does not end with .prom, and the textfile collector reads only files that do", file.Message);
    }
}
