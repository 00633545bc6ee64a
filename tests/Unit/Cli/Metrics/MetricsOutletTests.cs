using System.Net;
using EtcdDefrag.Cli.Monitoring.Metrics;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Unit.Monitoring.Metrics;

namespace EtcdDefrag.Unit.Cli.Metrics;

/// <summary>The file and the three pages as a monitor's events come in.</summary>
public sealed class MetricsOutletTests : IDisposable
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-test-").FullName;

    private string PathOfFile => Path.Combine(_folder, "etcd-defrag.prom");

    [Fact]
    public async Task The_file_is_whole_at_every_moment_and_holds_the_last_round()
    {
        var error = new StringWriter();
        await using var outlet = await MetricsOutlet.OpenAsync(null, PathOfFile, new LineOutput(error), TimeProvider.System, default);
        await outlet.OnEventAsync(new ConfigurationInForce(At, "", IsReload: false, ["one"]), []);
        using var stop = new CancellationTokenSource();
        var reads = 0;
        var reader = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.NotEmpty(ExpositionPage.Read(await File.ReadAllTextAsync(PathOfFile)).Samples);
                Interlocked.Increment(ref reads);
            }
        });
        var rounds = 0;
        while (rounds < 20 || Volatile.Read(ref reads) < 20)
        {
            Assert.False(reader.IsFaulted, $"{reader.Exception}");
            await outlet.OnEventAsync(new NothingToDo(At, "one", TimeSpan.FromSeconds(1)), []);
            rounds++;
        }

        await stop.CancelAsync();
        await reader;

        var page = ExpositionPage.Read(await File.ReadAllTextAsync(PathOfFile));
        Assert.Equal(rounds, page.Samples["etcd_defrag_rounds_total{cluster=\"one\",result=\"nothing_to_do\"}"]);
        Assert.Equal([PathOfFile], Directory.GetFiles(_folder));
        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_once_and_so_is_its_return()
    {
        var error = new StringWriter();
        await using var outlet = await MetricsOutlet.OpenAsync(null, PathOfFile, new LineOutput(error), TimeProvider.System, default);
        File.Delete(PathOfFile);
        Directory.CreateDirectory(PathOfFile);
        await outlet.OnEventAsync(new NothingToDo(At, "one", TimeSpan.Zero), []);
        await outlet.OnEventAsync(new NothingToDo(At, "one", TimeSpan.Zero), []);
        Directory.Delete(PathOfFile);
        await outlet.OnEventAsync(new NothingToDo(At, "one", TimeSpan.Zero), []);

        var lines = error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("The metrics file cannot be written: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("The metrics file can be written again.", lines[1]);
        Assert.Contains("etcd_defrag_rounds_total{cluster=\"one\",result=\"nothing_to_do\"} 3", await File.ReadAllTextAsync(PathOfFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_opened_is_known_before_the_monitor_starts()
    {
        var noFolder = Path.Combine(_folder, "none", "x.prom");
        var failure = await Assert.ThrowsAsync<MetricsOutletException>(() => OpenAsync(null, noFolder));
        Assert.StartsWith($"--metrics-file {noFolder}: ", failure.Message, StringComparison.Ordinal);

        await using var first = MetricsServer.Start(new IPEndPoint(IPAddress.Loopback, 0), _ => HttpReply.Of(200, ""), TimeProvider.System);
        failure = await Assert.ThrowsAsync<MetricsOutletException>(() => OpenAsync(first.Address, null));
        Assert.StartsWith($"--metrics-address {first.Address}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_ready_with_a_configuration_in_force_and_no_cluster_degraded()
    {
        var readiness = new MonitorReadiness();
        var seen = new List<string> { readiness.WhyNotReady() ?? "" };
        MonitorEvent[] events =
        [
            new ConfigurationInForce(At, "", IsReload: false, ["a", "b"]),
            new ClusterDegraded(At, "b", 3, "why"),
            new ClusterDegraded(At, "a", 3, "why"),
            new ClusterRecovered(At, "b", 3),
            new ConfigurationInForce(At, "", IsReload: true, ["b"]),
            new MonitorDisabled(At),
            new MonitorStopping(At),
            new MonitorStopped(At),
        ];
        foreach (var monitorEvent in events)
        {
            Assert.Null(readiness.WhyNotAlive());
            readiness.Observe(monitorEvent);
            seen.Add(readiness.WhyNotReady() ?? "");
        }

        Assert.Equal(
            ["No configuration is in force yet.", "", "Degraded: b.", "Degraded: a, b.", "Degraded: a.", "", "", "", "The monitor has stopped."], seen);
        Assert.Equal("The monitor has stopped.", readiness.WhyNotAlive());
    }

    [Fact]
    public void It_is_alive_as_long_as_the_loop_is_at_work_however_the_clusters_are()
    {
        var readiness = new MonitorReadiness();
        readiness.Observe(new ConfigurationInForce(At, "", IsReload: false, ["a"]));
        readiness.Observe(new ClusterDegraded(At, "a", 3, "why"));
        Assert.Null(readiness.WhyNotAlive());
        readiness.IsAtWork = () => false;
        Assert.Equal("The monitor's loop gives no sign of life.", readiness.WhyNotAlive());
        Assert.Equal("The monitor's loop gives no sign of life.", readiness.WhyNotReady());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<MetricsOutlet> OpenAsync(IPEndPoint? address, string? file) =>
        MetricsOutlet.OpenAsync(address, file, new LineOutput(TextWriter.Null), TimeProvider.System, default);
}
