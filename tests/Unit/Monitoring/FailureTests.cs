using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>Rounds that fail: each says why, three are borne, then the cluster is degraded and checks are further apart.</summary>
public sealed class FailureTests : MonitorTests
{
    [Fact]
    public async Task After_the_budget_the_cluster_is_degraded_checks_back_off_and_the_first_good_round_says_so()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        Start(Configuration);
        await UntilAsync<CheckScheduled>(8, stepSeconds: 30);
        Cluster.Members[1].Down = null;
        await UntilAsync<CheckScheduled>(9, stepSeconds: 30);

        Assert.Equal([11, 11, 11, 22, 44, 88, 88, 88, 11], Of<CheckScheduled>().Take(9).Select(c => (int)(c.DueAt!.Value - c.At).TotalMinutes));
        Assert.Equal(Enumerable.Range(1, 7), Of<RoundFailed>().Select(f => f.Failures));
        var degraded = Of<ClusterDegraded>().Single();
        Assert.Equal(3, degraded.Failures);
        Assert.Equal(Of<RoundFailed>().ElementAt(2).Reason, degraded.Reason);
        Assert.Equal(7, Of<ClusterRecovered>().Single().Failures);
    }

    [Fact]
    public async Task A_good_round_within_the_budget_clears_it()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        Start(Configuration);
        await UntilAsync<RoundFailed>(2);
        Cluster.Members[1].Down = null;
        await UntilAsync<RoundSucceeded>();
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        await UntilAsync<RoundFailed>(4);

        Assert.Equal([1, 2, 1, 2], Of<RoundFailed>().Select(f => f.Failures));
        Assert.Empty(Of<ClusterDegraded>());
        Assert.Empty(Of<ClusterRecovered>());
    }

    [Fact]
    public async Task A_cluster_of_which_nobody_answers_is_a_failed_round()
    {
        Cluster.Members.ForEach(m => m.Down = EtcdFailure.Unreachable);
        Start(Configuration);
        await UntilAsync<RoundFailed>();

        Assert.Contains("http://m2:2379 cannot be reached", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_refuses_is_a_failed_round_that_names_it()
    {
        Cluster.Members[1].OnDefragment = _ => throw Cluster.Members[1].Failure(EtcdFailure.Refused, EtcdStatusCode.Internal, "Defragment");
        Start(Configuration);
        await UntilAsync<RoundFailed>();

        Assert.Contains("http://m2:2379: Failed.", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outcome_that_nobody_knows_is_a_failed_round()
    {
        Cluster.Members[1].OnDefragment = _ => throw Cluster.Members[1].Failure(EtcdFailure.ConnectionLost, EtcdStatusCode.Unavailable, "Defragment");
        Start(Configuration);
        await UntilAsync<RoundFailed>();

        Assert.Contains("http://m2:2379: Unknown.", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
        Assert.Single(Cluster.Defragmented);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_answered_is_a_failed_round_and_not_a_no()
    {
        Cluster.Members.ForEach(m => m.Metrics = m.Metrics! with { QuotaBytes = null });
        Start(Configuration with { Policy = new EtcdDefragPolicy { Rule = DefragRule.Parse("dbQuotaUsage > 0.8") } });
        await UntilAsync<RoundFailed>();

        Assert.StartsWith("PolicyUnanswerable:", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrupt_member_is_a_failed_round()
    {
        Cluster.Alarms.Add(new EtcdAlarm("1", EtcdAlarmType.Corrupt));
        Start(Configuration);
        await UntilAsync<RoundFailed>();

        Assert.Contains("CORRUPT", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task What_nobody_foresaw_is_a_failed_round_too()
    {
        Start(Configuration, new Broken());
        await UntilAsync<RoundFailed>(2);

        Assert.All(Of<RoundFailed>(), f => Assert.Equal("InvalidDataException: of the test", f.Reason));
    }

    [Fact]
    public async Task Another_run_under_way_is_said_costs_nothing_of_the_budget_and_is_tried_again()
    {
        Cluster.LockHolder = "process 7 on elsewhere";
        Start(Configuration);
        await UntilAsync<RoundPostponed>(4);
        Cluster.LockHolder = null;
        await UntilAsync<RoundSucceeded>();
        Cluster.Members.ForEach(m => (m.DbSize, m.DbSizeInUse) = (100_000_000, 10_000_000));
        Cluster.LockHolder = "process 7 on elsewhere";
        var before = Of<RoundPostponed>().Count();
        await UntilAsync<RoundPostponed>(before + 1);

        Assert.Equal([1, 2, 3, 4], Of<RoundPostponed>().Take(4).Select(p => p.Postponements));
        Assert.Equal((1, 3), (Of<RoundPostponed>().ElementAt(before).Postponements, Of<RoundPostponed>().First().Budget));
        Assert.Contains("process 7 on elsewhere", Of<RoundPostponed>().First().Reason, StringComparison.Ordinal);
        Assert.Empty(Of<RoundFailed>());
        Assert.Empty(Of<ClusterDegraded>());
        Assert.All(Of<CheckScheduled>(), c => Assert.Equal(TimeSpan.FromMinutes(11), c.DueAt - c.At));
    }

    [Fact]
    public async Task A_lock_that_nobody_can_speak_about_is_a_failed_round()
    {
        Cluster.LockFailure = EtcdStatusCode.Unavailable;
        Start(Configuration);
        await UntilAsync<RoundFailed>();

        Assert.StartsWith("RunLock:", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
    }

    private sealed class Broken : IEtcdConnector
    {
        public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options) => throw new InvalidDataException("of the test");
    }
}
