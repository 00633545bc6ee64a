using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EtcdDefrag.Execution;
using EtcdDefrag.Client;
using EtcdDefrag.Integration.GuardedRun;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Sandbox;
using Etcdserverpb;
using Xunit.Abstractions;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>A real cluster that is fragmented again and again while its users work, and a monitor that nobody tells anything.</summary>
[Collection(Alone.Name)]
public sealed class FragmentedClusterTests(ITestOutputHelper output)
{
    /// <summary>Names how many minutes the loop is to be watched, where the few waves of every day are not enough.</summary>
    private const string SoakVariable = "ETCD_DEFRAG_SOAK_MINUTES";

    private const int Waves = 4;
    private const int MostWaves = 1000;
    private const int WaveMiB = 24;

    // Without a monitor the files would stay as large as this one wave has made them.
    private const int FirstWaveMiB = 96;
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
        var record = new SizeRecord(sandbox);
        using var enough = new CancellationTokenSource();
        var watching = record.WatchAsync(enough.Token);
        await record.WriteAsync(FirstWaveMiB);
        for (var wave = 1; wave <= Waves || !HasRounds(2) || TimeProvider.System.GetElapsedTime(started) < Soak; wave++)
        {
            // Nobody waits for the monitor to catch up.
            await record.WriteAsync(WaveMiB);
            Assert.False(monitor.IsCompleted, "The monitor ended by itself.");
            Assert.True(wave < MostWaves || HasRounds(2), Told());
        }

        await Eventually.HoldsAsync(() => AreWithinPolicyAsync(sandbox), "the members are within the policy when nobody writes any more");
        await enough.CancelAsync();
        await watching;
        await stop.CancelAsync();
        await monitor;

        Assert.IsType<MonitorStopped>(_events.Last());
        Assert.DoesNotContain(_events, e => e is ClusterDegraded);
        var results = _events.OfType<RunEvent>().Select(r => r.Event).OfType<StepFinished>().Select(s => s.Result);
        var defragmented = results.Where(r => r.Outcome == EtcdDefragOutcome.Defragmented).Select(r => r.Name).ToArray();
        Assert.True(defragmented.Length >= 6, Told());
        AssertLeadersWereLast();
        Assert.Equal(defragmented, witness.Defragmented);
        Assert.True(witness.WereOneAfterTheOther, Told());
        await witness.VerifyAsync();
        var (tooLarge, judged) = record.Judge(_events, MinDbSize, MaxFragmented);
        Assert.Empty(tooLarge);
        Assert.True(judged > 10, $"{judged} samples of {record.Count} could be judged.");
        output.WriteLine($"{defragmented.Length} defragmentations in {_events.OfType<RoundSucceeded>().Count()} rounds that did anything, {TimeProvider.System.GetElapsedTime(started)}; the largest file had {record.Largest} bytes in {record.Count} samples.");
    }

    private static TimeSpan Soak =>
        double.TryParse(Environment.GetEnvironmentVariable(SoakVariable), CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : TimeSpan.Zero;

    private bool HasRounds(int count) => _events.OfType<RoundSucceeded>().Count() >= count;

    /// <summary>In every round, who led when its turn came was the last to be defragmented.</summary>
    private void AssertLeadersWereLast()
    {
        var round = new List<EtcdDefragResult>();
        foreach (var monitorEvent in _events)
        {
            if (monitorEvent is RunEvent { Event: StepFinished { Result: { Outcome: EtcdDefragOutcome.Defragmented } result } })
            {
                round.Add(result);
            }
            else if (monitorEvent is RoundCompleted)
            {
                Assert.DoesNotContain(round.SkipLast(1), r => r.IsLeader);
                round.Clear();
            }
        }
    }

    private static Task<StatusResponse[]> SizesAsync(EtcdSandbox sandbox) => Task.WhenAll(sandbox.Members.Select(m => m.Client.GetStatusAsync(default)));

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
        await foreach (var monitorEvent in new MonitorLoop(configuration!, () => new EtcdConnector(), TimeProvider.System).RunAsync(stop))
        {
            _events.Enqueue(monitorEvent);
        }
    }

    private string Told() => string.Join('\n', _events.Where(e => e is not RunEvent));
}
