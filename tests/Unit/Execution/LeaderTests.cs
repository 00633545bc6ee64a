using EtcdDefrag.Connection;
using EtcdDefrag.Execution;

namespace EtcdDefrag.Unit.Execution;

/// <summary>Handing leadership over, and leadership that changes by itself.</summary>
public sealed class LeaderTests : RunTests
{
    private Task<DefragReport> MoveAsync(Func<DefragRequest, DefragRequest>? change = null) =>
        RunAsync(r => (change?.Invoke(r) ?? r) with { MoveLeader = true });

    private IEnumerable<string> Moves => Cluster.Calls.Where(c => c.Contains("MoveLeader", StringComparison.Ordinal));

    [Fact]
    public async Task The_leader_hands_over_to_one_that_is_done_and_is_defragmented_as_a_follower()
    {
        var report = await MoveAsync();

        Assert.True(report.IsSuccess);
        Assert.Single(Moves);
        Assert.Equal(["m2 Defragment", "m3 Defragment", "m1 Defragment"], Cluster.Defragmented);
        var last = report.Results[^1];
        Assert.Equal(("1", false), (last.MemberId, last.IsLeader));
        Assert.Equal(Cluster.LeaderId, last.LeaderMovedTo);
        Assert.NotEqual("1", Cluster.LeaderId);
        Assert.Single(Observer.Events.OfType<LeaderMoved>());
    }

    [Fact]
    public async Task Without_being_asked_to_leadership_is_left_where_it_is()
    {
        await RunAsync();

        Assert.Empty(Moves);
        Assert.Equal("1", Cluster.LeaderId);
    }

    [Fact]
    public async Task The_receiver_is_the_voter_that_is_furthest()
    {
        Cluster.Members[2].RaftIndex = Cluster.Members[2].RaftAppliedIndex = 12;

        await MoveAsync();

        Assert.Equal("3", Cluster.LeaderId);
    }

    [Fact]
    public async Task A_learner_never_receives_leadership()
    {
        Cluster = Support.FakeCluster.Of(4);
        Cluster.Members[3].IsLearner = true;
        Cluster.Members[3].RaftIndex = Cluster.Members[3].RaftAppliedIndex = 12;

        var report = await MoveAsync();

        Assert.True(report.IsSuccess);
        Assert.NotEqual("4", Cluster.LeaderId);
    }

    [Fact]
    public async Task A_leader_that_refuses_to_hand_over_is_left_alone_and_that_is_no_success()
    {
        var leader = Cluster.Members[0];
        leader.OnMoveLeader = leader.Failure(EtcdFailure.Refused, EtcdStatusCode.FailedPrecondition, "MoveLeader");

        var report = await MoveAsync();

        Assert.DoesNotContain("m1 Defragment", Cluster.Defragmented);
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[^1].Outcome);
        Assert.Contains("could not be moved", report.Results[^1].Reason, StringComparison.Ordinal);
        Assert.False(report.IsSuccess);
    }

    [Fact]
    public async Task A_hand_over_whose_answer_is_lost_is_judged_by_what_the_members_say()
    {
        var leader = Cluster.Members[0];
        leader.OnMoveLeader = leader.Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "MoveLeader");
        leader.MovesAllTheSame = true;

        var report = await MoveAsync();

        Assert.True(report.IsSuccess);
        Assert.Single(Moves);
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    [Fact]
    public async Task What_is_withdrawn_while_leadership_moves_is_not_done()
    {
        Observer = new RecordingObserver { StillApprove = _ => false };

        var report = await MoveAsync();

        Assert.Single(Moves);
        Assert.DoesNotContain("m1 Defragment", Cluster.Defragmented);
        Assert.Equal((EtcdDefragOutcome.Skipped, "Approval was withdrawn before its turn."), (report.Results[^1].Outcome, report.Results[^1].Reason));
        Assert.Equal(Cluster.LeaderId, report.Results[^1].LeaderMovedTo);
    }

    [Fact]
    public async Task Leadership_that_comes_back_each_time_is_moved_three_times_and_no_more()
    {
        Observer = new RecordingObserver { OnEvent = e => Cluster.LeaderId = e is LeaderMoved ? "1" : Cluster.LeaderId };

        var report = await MoveAsync();

        Assert.Equal(3, Moves.Count());
        Assert.DoesNotContain("m1 Defragment", Cluster.Defragmented);
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[^1].Outcome);
    }

    [Fact]
    public async Task A_cluster_of_one_has_nobody_to_hand_over_to_and_needs_nobody()
    {
        Cluster = Support.FakeCluster.Of(1);

        var report = await MoveAsync(r => r with { Force = true });

        Assert.True(report.IsSuccess);
        Assert.Empty(Moves);
    }

    [Fact]
    public async Task A_leader_named_alone_hands_over_to_one_that_needs_nothing()
    {
        var report = await RunAsync([Cluster.Members[0].Endpoint], r => r with { WholeCluster = false, MoveLeader = true });

        Assert.True(report.IsSuccess);
        Assert.Single(Moves);
        Assert.Equal(["m1 Defragment"], Cluster.Defragmented);
    }

    [Fact]
    public async Task A_leader_that_changes_before_every_step_puts_nobody_off_for_ever()
    {
        var next = 0;
        Observer = new RecordingObserver { OnEvent = e => Cluster.LeaderId = e is StepFinished ? $"{(next++ % 3) + 1}" : Cluster.LeaderId };

        var report = await RunAsync();

        Assert.True(report.IsSuccess);
        Assert.Equal(3, Cluster.Defragmented.Distinct().Count());
    }
}
