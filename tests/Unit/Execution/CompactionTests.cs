using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Model;

namespace EtcdDefrag.Unit.Execution;

public sealed class CompactionTests : RunTests
{
    [Fact]
    public async Task Nothing_is_compacted_unless_that_is_asked_for()
    {
        Cluster.Revision = 50_000;

        await RunAsync();

        Assert.DoesNotContain(Cluster.Calls, c => c.Contains("Compact", StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_is_dropped_once_by_the_leader_before_the_first_member_and_the_newest_is_kept()
    {
        Cluster.Revision = 50_000;

        var report = await RunAsync(r => r with { CompactionRetain = 10_000 });

        Assert.True(report.IsSuccess);
        Assert.Equal(["m1 Compact 40000", "m2 Defragment", "m3 Defragment", "m1 Defragment"], Cluster.Calls.Where(IsChange));
    }

    [Fact]
    public async Task With_less_history_than_is_kept_nothing_is_sent()
    {
        Cluster.Revision = 10_000;

        var report = await RunAsync(r => r with { CompactionRetain = 10_000 });

        Assert.True(report.IsSuccess);
        Assert.DoesNotContain(Cluster.Calls, c => c.Contains("Compact", StringComparison.Ordinal));
        Assert.Equal(EtcdCompactionOutcome.NothingToDo, Observer.Events.OfType<CompactionFinished>().Single().Compaction.Outcome);
    }

    [Theory]
    [InlineData(EtcdFailure.Refused, EtcdStatusCode.PermissionDenied, EtcdCompactionOutcome.Failed)]
    [InlineData(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, EtcdCompactionOutcome.Unknown)]
    public async Task A_compaction_that_fails_does_not_stop_the_run_and_is_not_hidden(EtcdFailure failure, EtcdStatusCode code, EtcdCompactionOutcome outcome)
    {
        Cluster.Revision = 50_000;
        Cluster.OnCompact = Cluster.Members[0].Failure(failure, code, "Compact");

        var report = await RunAsync(r => r with { CompactionRetain = 0 });

        Assert.Equal(3, Cluster.Defragmented.Count);
        Assert.False(report.IsSuccess);
        Assert.Single(report.Failures);
        Assert.Equal(outcome, Observer.Events.OfType<CompactionFinished>().Single().Compaction.Outcome);
        Assert.Single(Cluster.Calls, c => c.Contains("Compact", StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_that_is_gone_already_is_no_failure()
    {
        Cluster.Revision = 50_000;
        Cluster.OnCompact = new EtcdException(
            EtcdFailure.Refused, EtcdStatusCode.OutOfRange, Cluster.Endpoints[0], "Compact", "etcdserver: mvcc: required revision has been compacted");

        Assert.True((await RunAsync(r => r with { CompactionRetain = 0 })).IsSuccess);
    }

    [Fact]
    public async Task A_refused_run_compacts_nothing()
    {
        Cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.Corrupt));

        await RunAsync(r => r with { CompactionRetain = 0 });

        Assert.DoesNotContain(Cluster.Calls, IsChange);
    }

    private static bool IsChange(string call) => call.Contains("Compact", StringComparison.Ordinal) || call.EndsWith("Defragment", StringComparison.Ordinal);
}
