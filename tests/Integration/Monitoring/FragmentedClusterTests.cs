using System.Collections.Concurrent;
using System.Text;
using EtcdDefrag.Execution;
using EtcdDefrag.Grpc;
using EtcdDefrag.Integration.GuardedRun;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>A real cluster that is fragmented again and again while its users work, and a monitor that nobody tells anything.</summary>
[Collection(Alone.Name)]
public sealed class FragmentedClusterTests
{
    private const int Waves = 4;
    private const int WaveMiB = 24;
    private const long MinDbSize = 12L << 20;
    private const double MaxFragmented = 0.5;

    private readonly ConcurrentQueue<MonitorEvent> _events = new();

    [SkippableFact]
    public async Task The_files_stay_within_the_policy_and_nothing_is_lost()
    {
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Arguments = ["--unsafe-no-fsync"] });
        await using var witness = await Witness.StartAsync(sandbox);
        using var stop = new CancellationTokenSource();
        var monitor = WatchAsync(sandbox.Endpoints[0], stop.Token);

        for (var wave = 1; wave <= Waves; wave++)
        {
            await sandbox.FillAsync(new EtcdFill(WaveMiB, DeletedPart: 1));
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
    }

    /// <summary>What the policy means for a file once it was judged: small, or not half empty.</summary>
    private static async Task<bool> AreWithinPolicyAsync(EtcdSandbox sandbox)
    {
        var sizes = await Task.WhenAll(sandbox.Members.Select(m => m.Gateway.GetStatusAsync(default)));
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
