using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Policy;

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

    [Fact]
    public async Task A_dry_run_compacts_and_clears_nothing_and_says_both()
    {
        Cluster.Revision = 50_000;
        Cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.NoSpace));
        Observer = new RecordingObserver { Approve = _ => false };

        var report = await RunAsync(r => r with { CompactionRetain = 10_000, DisarmBelow = 0.9, IsDryRun = true });

        Assert.True(report.IsSuccess);
        Assert.DoesNotContain(Cluster.Calls, c => IsChange(c) || c.Contains("Disarm", StringComparison.Ordinal));
        var compaction = Observer.Events.OfType<CompactionFinished>().Single();
        Assert.True(compaction.IsDryRun);
        Assert.EndsWith("would be asked to compact up to revision 40000.", compaction.Compaction.Reason, StringComparison.Ordinal);
        Assert.StartsWith("Dry run: NOSPACE of m2 (2) would be cleared", Observer.Events.OfType<AlarmsKept>().Single().Reason, StringComparison.Ordinal);
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

    [Fact]
    public async Task A_run_that_another_one_keeps_out_compacts_nothing()
    {
        Cluster.Revision = 50_000;
        Cluster.LockHolder = "process 7 on elsewhere";

        var report = await RunAsync(r => r with { CompactionRetain = 0 });

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.DoesNotContain(Cluster.Calls, IsChange);
    }

    [Fact]
    public async Task A_run_whose_rule_cannot_be_answered_compacts_nothing()
    {
        Cluster.Revision = 50_000;
        Cluster.Members[2].Metrics = Cluster.Members[2].Metrics! with { QuotaBytes = null };
        var policy = new EtcdDefragPolicy { Rule = DefragRule.Parse("dbQuotaUsage > 0.8") };

        var report = await RunAsync(r => r with { CompactionRetain = 0, Plan = new() { Policy = policy } });

        Assert.Equal("PolicyUnanswerable", report.Refusal?.Rule);
        Assert.DoesNotContain(Cluster.Calls, IsChange);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_it_compacts_says_that_the_cluster_goes_on()
    {
        Cluster.Revision = 50_000;
        using var stop = new CancellationTokenSource();
        Cluster.OnCompact = new OperationCanceledException();
        Observer = new RecordingObserver { OnEvent = e => CancelAt<CompactionStarting>(e, stop) };

        var report = await RunAsync(r => r with { CompactionRetain = 0 }, stop.Token);

        Assert.True(report.WasCancelled);
        Assert.Empty(Cluster.Defragmented);
        var compaction = Observer.Events.OfType<CompactionFinished>().Single().Compaction;
        Assert.Equal(EtcdCompactionOutcome.Unknown, compaction.Outcome);
        Assert.Contains("goes on with it by itself", compaction.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learner_is_never_asked_to_compact()
    {
        Cluster.Revision = 50_000;
        Cluster.Members[0].Down = EtcdFailure.Unreachable;
        Cluster.Members[1].IsLearner = true;

        await RunAsync([.. Cluster.Endpoints[1..]], r => r with { CompactionRetain = 0, WholeCluster = false, NamedMembersOnly = true, Force = true });

        Assert.Equal(["m3 Compact 50000"], Cluster.Calls.Where(c => c.Contains("Compact", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_member_has_removed_the_history_before_its_turn_comes()
    {
        CountCompactions();
        var slow = Cluster.Members[1];
        var looks = 0;
        Cluster.AfterCompact = () =>
        {
            FinishCompaction(Cluster.Members[0]);
            FinishCompaction(Cluster.Members[2]);
            slow.OnMetrics = () =>
            {
                if (++looks == 20)
                {
                    Assert.Empty(Cluster.Defragmented);
                    FinishCompaction(slow);
                }
            };
        };

        var report = await RunAsync(r => r with { CompactionRetain = 0 });

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.True(looks >= 20);
        Assert.Equal(["http://m2:2379"], Observer.Events.OfType<CompactionObserving>().Single().Waiting);
    }

    [Fact]
    public async Task A_compaction_that_was_not_answered_and_seen_to_be_made_is_a_success()
    {
        CountCompactions();
        Cluster.OnCompact = Cluster.Members[0].Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "Compact");
        Cluster.AfterCompact = () => Cluster.Members.ForEach(FinishCompaction);

        var report = await RunAsync(r => r with { CompactionRetain = 0, CompactionTimeout = TimeSpan.FromMilliseconds(300) });

        Assert.True(report.IsSuccess, string.Join(' ', report.Failures));
        Assert.Equal(EtcdCompactionOutcome.Compacted, Observer.Events.OfType<CompactionFinished>().Single().Compaction.Outcome);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 3)]
    public async Task A_compaction_that_does_not_end_ends_the_run_unless_by_force(bool force, int defragmented)
    {
        CountCompactions();
        Cluster.AfterCompact = () => FinishCompaction(Cluster.Members[0]);

        var report = await RunAsync(r => r with { CompactionRetain = 0, Force = force });

        Assert.Equal(force ? null : "CompactionInProgress", report.Refusal?.Rule);
        Assert.Equal(defragmented, Cluster.Defragmented.Count);
        Assert.Equal(force, report.Warnings.Any(w => w.Rule == "CompactionInProgress"));
    }

    [Fact]
    public async Task A_compaction_that_was_not_answered_and_never_seen_is_unknown_and_the_run_goes_on()
    {
        CountCompactions();
        Cluster.OnCompact = Cluster.Members[0].Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "Compact");

        var report = await RunAsync(r => r with { CompactionRetain = 0 });

        Assert.Equal(EtcdCompactionOutcome.Unknown, Observer.Events.OfType<CompactionFinished>().Single().Compaction.Outcome);
        Assert.Single(report.Failures);
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    private void CountCompactions()
    {
        Cluster.Revision = 50_000;
        Cluster.Members.ForEach(m => m.Metrics = m.Metrics! with { CompactionCount = 4 });
    }

    private static void FinishCompaction(Support.FakeCluster.FakeMember member) =>
        member.Metrics = member.Metrics! with { CompactionCount = member.Metrics.CompactionCount + 1 };

    private static bool IsChange(string call) => call.Contains("Compact", StringComparison.Ordinal) || call.EndsWith("Defragment", StringComparison.Ordinal);
}
