using EtcdDefrag.Cli.Output;
using EtcdDefrag.Execution;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Unit.Cli;

/// <summary>What is said of a wait.</summary>
public sealed class LiveTextTests
{
    private static readonly EtcdDefragStep Step = new()
    {
        Order = 1,
        Endpoint = "http://m1:2379",
        MemberId = "1",
        Name = "m1",
        Action = EtcdDefragAction.Defragment,
        Reason = "",
        IsLeader = false,
        DbSize = 1,
        DbSizeInUse = 1,
    };

    private static readonly EtcdCompactionResult Compaction = new()
    {
        Endpoint = "http://m1:2379",
        Revision = 5,
        CurrentRevision = 10,
        Outcome = EtcdCompactionOutcome.Compacted,
    };

    public static TheoryData<string> Waits =>
    [
        "Defragmenting http://m1:2379: 1m5s (about 1s)",
        "Watching http://m1:2379: 1m5s (at most 2m0s)",
        "Waiting for the next operation: 1m5s (at most 1m30s)",
        "Compacting at http://m1:2379: 1m5s",
        "Waiting until the history is removed at http://m2:2379, http://m3:2379: 1m5s (at most 5m0s)",
    ];

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_wait_has_its_time_and_its_estimate_or_limit(string text)
    {
        DefragEvent[] events =
        [
            new DefragmentationStarted(default, Step, TimeSpan.FromMinutes(1)),
            new Observing(default, Step, new InvalidOperationException(), TimeSpan.FromMinutes(2)),
            new WaitingForHealthy(default, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1)),
            new CompactionStarting(default, Compaction),
            new CompactionObserving(default, Compaction, ["http://m2:2379", "http://m3:2379"], TimeSpan.FromMinutes(5)),
        ];

        Assert.Contains(text, events.Select(e => LiveText.After(e)!(TimeSpan.FromSeconds(65.9))));
    }

    [Fact]
    public void After_an_end_nothing_is_waited_for()
    {
        Assert.Null(LiveText.After(new CompactionFinished(default, Compaction)));
        Assert.Null(LiveText.After(new HealthyAgain(default, TimeSpan.Zero)));
        Assert.Null(LiveText.After(new RunStopped(default, new DefragReport([], null, [], WasCancelled: false))));
    }

    [Theory]
    [InlineData(0, 0, 0, "Saving m1: 0 B of 0 B, 0 B/s, 0s")]
    [InlineData(10 << 20, 30 << 20, 2.5, "Saving m1: 10.0 MiB of 40.0 MiB, 4.0 MiB/s, 2s")]
    public void A_snapshot_has_its_bytes_and_its_rate(long done, long rest, double seconds, string text) =>
        Assert.Equal(text, LiveText.OfSnapshot("m1", done, rest, TimeSpan.FromSeconds(seconds)));
}
