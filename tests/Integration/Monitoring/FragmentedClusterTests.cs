using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EtcdDefrag.Execution;
using EtcdDefrag.Grpc;
using EtcdDefrag.Integration.GuardedRun;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Gateway;
using Xunit.Abstractions;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>A real cluster that is fragmented again and again while its users work, and a monitor that nobody tells anything.</summary>
[Collection(Alone.Name)]
public sealed class FragmentedClusterTests(ITestOutputHelper output)
{
    /// <summary>Names how many minutes the loop is to be watched, where the few waves of every day are not enough.</summary>
    private const string SoakVariable = "ETCD_DEFRAG_SOAK_MINUTES";

    private const int Waves = 4;
    private const int WaveMiB = 24;
    private const long MinDbSize = 12L << 20;
    private const double MaxFragmented = 0.5;

    private readonly ConcurrentQueue<MonitorEvent> _events = new();

    [SkippableFact]
    public async Task The_files_stay_within_the_policy_and_nothing_is_lost()
    {
        // etcd keeps its raft log in memory until the next snapshot: by default 100,000 entries, which are many waves of large ones.
        string[] arguments = ["--unsafe-no-fsync", "--snapshot-count=10000"];
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Arguments = arguments });
        await using var witness = await Witness.StartAsync(sandbox);
        using var stop = new CancellationTokenSource();
        var monitor = WatchAsync(sandbox.Endpoints[0], stop.Token);

        var started = TimeProvider.System.GetTimestamp();
        var largest = 0L;
        for (var wave = 1; wave <= Waves || TimeProvider.System.GetElapsedTime(started) < Soak; wave++)
        {
            await sandbox.FillAsync(new EtcdFill(WaveMiB, DeletedPart: 1));
            largest = Math.Max(largest, (await SizesAsync(sandbox)).Max(s => s.DbSize));
            await Eventually.HoldsAsync(() => AreWithinPolicyAsync(sandbox), $"the members are within the policy after wave {wave}");
            Assert.False(monitor.IsCompleted, "The monitor ended by itself.");
        }

        await stop.CancelAsync();
        await monitor;

        Assert.IsType<MonitorStopped>(_events.Last());
        Assert.True(_events.OfType<RoundSucceeded>().Count() >= Waves, Told());
        Assert.DoesNotContain(_events, e => e is ClusterDegraded);
        var results = _events.OfType<RunHappened>().Select(r => r.Event).OfType<StepFinished>().Select(s => s.Result);
        var defragmented = results.Where(r => r.Outcome == EtcdDefragOutcome.Defragmented).Select(r => r.Name).ToArray();
        Assert.True(defragmented.Length >= 3 * Waves, Told());
        Assert.Equal(defragmented, witness.Defragmented);
        Assert.True(witness.WereOneAfterTheOther, Told());
        await witness.VerifyAsync();
        Assert.True(largest < MinDbSize + (2L * WaveMiB << 20), $"A file grew to {largest} bytes.");
        output.WriteLine($"{defragmented.Length} defragmentations in {_events.OfType<RoundSucceeded>().Count()} rounds that did anything, {TimeProvider.System.GetElapsedTime(started)}; the largest file had {largest} bytes.");
    }

    private static TimeSpan Soak =>
        double.TryParse(Environment.GetEnvironmentVariable(SoakVariable), CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : TimeSpan.Zero;

    private static Task<EtcdGatewayStatus[]> SizesAsync(EtcdSandbox sandbox) => Task.WhenAll(sandbox.Members.Select(m => m.Gateway.GetStatusAsync(default)));

    /// <summary>What the policy means for a file once it was judged: small, or not half empty.</summary>
    private static async Task<bool> AreWithinPolicyAsync(EtcdSandbox sandbox)
    {
        var sizes = await SizesAsync(sandbox);
        return Array.TrueForAll(sizes, s => s.DbSize < MinDbSize || s.DbSize * (1 - MaxFragmented) < s.DbSizeInUse)
            ? true
            : throw new InvalidOperationException(string.Join(", ", sizes.Select(s => $"{s.DbSizeInUse} of {s.DbSize} in use")));
    }

    private async Task WatchAsync(string endpoint, CancellationToken stop)
    {
        var text = $$"""
            {
              "endpoints": ["{{endpoint}}"],
              "connection": { "operationTimeout": "5s" },
              "checkInterval": "1s", // far too often for any other purpose
              "policy": { "maxFragmentedPercentage": {{MaxFragmented * 100}}, "minDbSize": {{MinDbSize}} },
              "pauseBetweenMembers": "0s",
            }
            """;
        Assert.Empty(ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), "the test", out var configuration));
        await foreach (var happened in new MonitorLoop(configuration!, () => new GrpcEtcdConnector(), TimeProvider.System).RunAsync(stop))
        {
            _events.Enqueue(happened);
        }
    }

    private string Told() => string.Join('\n', _events.Where(e => e is not RunHappened));
}
