using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What a round does, and what it says of itself.</summary>
public sealed class RoundTests : MonitorTests
{
    [Fact]
    public async Task The_first_check_comes_an_interval_after_the_start_and_defragments_what_is_due()
    {
        Cluster.Members[1].DbSizeInUse = 90_000_000;

        Start(Configuration);
        await UntilAsync<CheckScheduled>(2);

        Assert.Equal(["m3 Defragment", "m1 Defragment"], Cluster.Defragmented);
        var first = Of<CheckScheduled>().First();
        Assert.Equal(first.At + TimeSpan.FromMinutes(11), first.DueAt);
        Assert.True(Of<RoundStarted>().Single().At >= first.DueAt);
        Assert.Equal(
            ["ConfigurationInForce", "CheckScheduled", "RoundStarted", "ClusterJudged", "RoundSucceeded", "CheckScheduled"], Names);
        var end = Of<RoundSucceeded>().Single();
        Assert.Equal((2, 2, 180_000_000), (end.Defragmented, end.Due, end.BytesReclaimed));
        Assert.Contains(Of<RunEvent>(), e => e.Event is StepFinished { Result.Outcome: EtcdDefragOutcome.Defragmented });
    }

    [Fact]
    public async Task Chance_makes_every_rest_longer_by_its_part_of_the_jitter()
    {
        Jitter = 0.5;
        Start(Configuration with { JitterPercentage = 20, CheckInterval = TimeSpan.FromMinutes(10) });
        await UntilAsync<CheckScheduled>(3);

        Assert.All(Of<CheckScheduled>(), c => Assert.Equal(TimeSpan.FromMinutes(11), c.DueAt - c.At));
    }

    [Fact]
    public async Task The_judgement_tells_every_members_sizes_and_verdict()
    {
        Cluster.Members[1].DbSizeInUse = 90_000_000;

        Start(Configuration);
        await UntilAsync<ClusterJudged>();

        var members = Of<ClusterJudged>().Single().Members;
        Assert.Equal(["2:False:100000000:90000000", "3:True:100000000:10000000", "1:True:100000000:10000000"], members.OrderBy(IsDue).ThenBy(m => m.IsLeader)
            .Select(m => FormattableString.Invariant($"{m.MemberId}:{IsDue(m)}:{m.DbSize}:{m.DbSizeInUse}")));
        Assert.Contains("fragmented 10% (less than 45%)", members.Single(m => !IsDue(m)).Reason, StringComparison.Ordinal);
    }

    private static bool IsDue(EtcdDefragStep member) => member.Action == EtcdDefragAction.Defragment;

    [Fact]
    public async Task A_round_with_nothing_to_do_is_a_good_one()
    {
        Cluster.Members.ForEach(m => m.DbSizeInUse = m.DbSize);

        Start(Configuration);
        await UntilAsync<NothingToDo>(4);

        Assert.Empty(Cluster.Defragmented);
        Assert.Empty(Of<RoundFailed>());
    }

    [Fact]
    public async Task On_startup_the_round_comes_when_the_cluster_is_well_and_what_is_not_up_yet_is_no_failure()
    {
        Cluster.Members[2].Down = EtcdFailure.Unreachable;

        Start(Configuration with { DefragOnStartup = true });
        await UntilAsync<WaitingForCluster>();
        await UntilAsync(() => Time.GetUtcNow() > Of<WaitingForCluster>().Single().At.AddMinutes(2));
        Assert.Empty(Of<RoundStarted>());
        Cluster.Members[2].Down = null;
        await UntilAsync<RoundSucceeded>();

        Assert.True(Of<RoundStarted>().Single().IsStartup);
        Assert.Equal("VoterUnreachable", Of<WaitingForCluster>().Single().Rule);
        Assert.Empty(Of<RoundFailed>());
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    [Theory]
    [InlineData(true, 0, "DefragInFlight")]
    [InlineData(false, 1, "SnapshotInProgress")]
    public async Task On_startup_the_round_waits_for_what_is_at_work_already(bool isDefragmenting, int snapshots, string rule)
    {
        var idle = Cluster.Members[1].Metrics!;
        Cluster.Members[1].Metrics = idle with { IsDefragmenting = isDefragmenting, OpenSnapshotCount = snapshots };

        Start(Configuration with { DefragOnStartup = true });
        await UntilAsync<WaitingForCluster>();
        await UntilAsync(() => Time.GetUtcNow() > Of<WaitingForCluster>().Single().At.AddMinutes(2));
        Assert.Empty(Of<RoundStarted>());
        Cluster.Members[1].Metrics = idle;
        await UntilAsync<RoundSucceeded>();

        Assert.Equal(rule, Of<WaitingForCluster>().Single().Rule);
        Assert.Empty(Of<RoundFailed>());
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    [Fact]
    public async Task Without_an_interval_a_check_on_startup_that_was_postponed_or_failed_is_had_again_until_it_is_a_good_one()
    {
        Cluster.LockHolder = "process 7 on elsewhere";
        Start(Configuration with { DefragOnStartup = true, CheckInterval = TimeSpan.Zero });
        await UntilAsync<RoundPostponed>();
        Cluster.LockHolder = null;
        Cluster.LockFailure = EtcdStatusCode.Unavailable;
        await UntilAsync<RoundFailed>();
        Cluster.LockFailure = null;
        await UntilAsync(() => Of<CheckScheduled>().Any(c => c.DueAt is null));

        Assert.All(Of<RoundStarted>(), r => Assert.True(r.IsStartup));
        Assert.Equal("RoundSucceeded", Names.SkipLast(1).Last());
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    [Fact]
    public async Task A_cluster_that_does_not_get_well_after_the_start_is_a_failed_round()
    {
        Cluster.Members[2].Down = EtcdFailure.Unreachable;

        Start(Configuration with { DefragOnStartup = true });
        await UntilAsync<RoundFailed>();

        Assert.Single(Of<WaitingForCluster>());
        Assert.StartsWith("VoterUnreachable:", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_interval_there_is_the_round_on_startup_and_no_other()
    {
        Start(Configuration with { DefragOnStartup = true, CheckInterval = TimeSpan.Zero });
        await UntilAsync<CheckScheduled>();
        Assert.Null(Of<CheckScheduled>().Single().DueAt);
        Cluster.Members.ForEach(m => m.DbSize = 100_000_000);

        await UntilAsync(() => Time.GetUtcNow() > Of<CheckScheduled>().Single().At.AddDays(1), stepSeconds: 600);

        Assert.Single(Of<RoundStarted>());
    }

    [Fact]
    public async Task A_member_waits_for_the_policys_minimum_interval_and_the_others_do_not_wait_for_it()
    {
        Cluster.Members[1].DbSizeInUse = 100_000_000;
        Start(Configuration with { Policy = new EtcdDefragPolicy { MaxFragmentedPercentage = 45, MinInterval = TimeSpan.FromMinutes(30) } });
        await UntilAsync<RoundSucceeded>();
        Assert.Equal(["m3 Defragment", "m1 Defragment"], Cluster.Defragmented);

        Cluster.Members.ForEach(m => (m.DbSize, m.DbSizeInUse) = (100_000_000, 10_000_000));
        await UntilAsync<RoundSucceeded>(2);
        Assert.Equal("m2 Defragment", Cluster.Defragmented[^1]);
        Assert.Equal(3, Cluster.Defragmented.Count);
        Assert.Contains(Of<ClusterJudged>().ElementAt(1).Members, m => m.Reason.Contains("less than 00:30:00", StringComparison.Ordinal));

        await UntilAsync<RoundSucceeded>(3);
        var between = Of<RoundSucceeded>().ElementAt(2).At - Of<RoundSucceeded>().First().At;
        Assert.True(between >= TimeSpan.FromMinutes(30), $"{between}");
        Assert.Equal(["m1 Defragment", "m3 Defragment"], Cluster.Defragmented.Skip(3).Order());
    }

    [Fact]
    public async Task A_dry_run_judges_and_touches_nothing()
    {
        Start(Configuration with { DryRun = true });
        await UntilAsync<RoundSucceeded>(2);

        Assert.Empty(Cluster.Defragmented);
        Assert.All(Of<RoundSucceeded>(), r => Assert.Equal((0, 3), (r.Defragmented, r.Due)));
        Assert.All(Of<RunEvent>().Select(e => e.Event).OfType<StepFinished>(), f => Assert.Equal("This is a dry run.", f.Result.Reason));
        Assert.DoesNotContain(Cluster.Calls, c => c.Contains("Lease", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_small_cluster_needs_consent()
    {
        Cluster = FakeCluster.Of(1);
        Start(Configuration);
        await UntilAsync<RoundFailed>();
        Assert.StartsWith("SmallCluster:", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
        Assert.EndsWith("say so with \"allowSmallCluster\": true.", Of<RoundFailed>().Single().Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("force", Of<RoundFailed>().Single().Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task With_consent_a_small_cluster_is_defragmented_too()
    {
        Cluster = FakeCluster.Of(1);
        Start(Configuration with { AllowSmallCluster = true });
        await UntilAsync<RoundSucceeded>();
        Assert.Equal(["m1 Defragment"], Cluster.Defragmented);
    }

    [Fact]
    public async Task The_pause_between_members_and_the_move_of_the_leader_are_the_runs()
    {
        Start(Configuration with { MoveLeader = true, PauseBetweenMembers = TimeSpan.FromMinutes(2) });
        await UntilAsync<RoundSucceeded>();

        Assert.All(Of<RunEvent>().Select(e => e.Event).OfType<WaitingForHealthy>(), s => Assert.Equal(TimeSpan.FromMinutes(2), s.Pause));
        Assert.Contains(Of<RunEvent>(), e => e.Event is LeaderMoved);
    }
}
