using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>What a real member cannot be made to say: over the real wire, from members that are played.</summary>
[Collection(Alone.Name)]
public sealed class FakeMemberRunTests
{
    private static Task<DefragReport> RunAsync(FakeCluster cluster, Func<DefragRequest, DefragRequest>? change = null) => Engine.RunAsync(
        cluster.Endpoints, wholeCluster: true, r => (change?.Invoke(r) ?? r) with { ObservationTimeout = TimeSpan.FromSeconds(2) });

    private static int Calls(FakeCluster cluster) => cluster.Members.Sum(m => m.CallsOf("Defragment").Count);

    [Fact]
    public async Task Members_that_are_played_well_are_defragmented_leader_last()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[0]);

        var report = await RunAsync(cluster);

        Assert.True(report.IsSuccess, report.Refusal?.Reason ?? string.Join('\n', report.Results));
        Assert.Equal(cluster.Endpoints[0], report.Results[^1].Endpoint);
        Assert.All(cluster.Members, m => Assert.Single(m.CallsOf("Defragment")));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_refusal_in_whatever_form_is_a_failure_with_etcds_words(bool trailersOnly, bool continueOnError)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[0]);
        cluster.Members.ToList().ForEach(m => m.On("Defragment", trailersOnly
            ? FakeReply.RefuseAtOnce(13, "etcdserver: corrupt page")
            : FakeReply.Refuse(13, "etcdserver: corrupt page")));

        var report = await RunAsync(cluster, r => r with { ContinueOnError = continueOnError });

        Assert.Equal(continueOnError ? 3 : 1, Calls(cluster));
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[0].Outcome);
        Assert.Contains("corrupt page", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.False(report.IsSuccess);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("reset")]
    [InlineData("disconnect")]
    [InlineData("unavailable")]
    public async Task An_answer_that_says_nothing_leaves_the_outcome_unknown_and_ends_the_run(string reply)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[0]);
        cluster.Members.ToList().ForEach(m => m.On("Defragment", reply switch
        {
            "nothing" => FakeReply.Nothing,
            "reset" => FakeReply.Reset,
            "disconnect" => FakeReply.Disconnect,
            _ => FakeReply.Refuse(14, "error reading from server: EOF"),
        }));

        var report = await RunAsync(cluster, r => r with { ContinueOnError = true });

        Assert.Equal(1, Calls(cluster));
        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
        Assert.Equal(2, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.NotAttempted));
    }

    [Fact]
    public async Task A_call_that_hangs_is_observed_and_not_repeated()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[0]);
        cluster.Members.ToList().ForEach(m => m.On("Defragment", FakeReply.Hang));

        var report = await RunAsync(cluster, r => r with { DefragmentTimeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(1, Calls(cluster));
        Assert.True(report.Results[0].WasObserved);
        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
    }

    [Fact]
    public async Task A_downgrade_that_is_under_way_is_waited_for()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[2].State.IsDowngrading = true;

        var report = await RunAsync(cluster);

        Assert.Equal("MixedVersions", report.Refusal?.Rule);
        Assert.Contains("downgrade", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Equal(0, Calls(cluster));
    }

    [Fact]
    public async Task A_member_that_is_behind_is_not_touched_and_takes_no_leadership()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[0]);
        cluster.Members[0].State.Status.RaftIndex = cluster.Members[0].State.Status.RaftAppliedIndex = 100_000;

        var report = await RunAsync(cluster, r => r with { MoveLeader = true, Force = true });

        Assert.Equal("RaftLag", report.Refusal?.Rule);
        Assert.Equal(0, Calls(cluster));
        Assert.All(cluster.Members, m => Assert.Empty(m.CallsOf("MoveLeader")));
    }

    [Fact]
    public async Task A_leader_that_refuses_to_hand_over_is_left_alone()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Lead(cluster.Members[0]);
        cluster.Members[0].On("MoveLeader", FakeReply.Refuse(9, "etcdserver: bad leader transferee"));

        var report = await RunAsync(cluster, r => r with { MoveLeader = true });

        Assert.Empty(cluster.Members[0].CallsOf("Defragment"));
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[^1].Outcome);
        Assert.Contains("bad leader transferee", report.Results[^1].Reason, StringComparison.Ordinal);
        Assert.False(report.IsSuccess);
    }
}
