using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Maintenance;

/// <summary>Who is to lead, where that is all that is asked for.</summary>
public sealed class LeaderMoveTests
{
    private readonly FakeCluster _cluster = FakeCluster.Of(3);

    [Fact]
    public async Task A_member_that_seems_behind_since_it_answered_earlier_may_lead()
    {
        _cluster.Members.ForEach(m => (m.RaftIndex, m.RaftAppliedIndex) = (9000, 9000));
        var asked = 0;
        _cluster.Members[1].OnStatus = () => _cluster.Members[1].RaftAppliedIndex = asked++ == 0 ? 7826UL : 9100;

        Assert.Equal("2", (await PlanAsync("m2")).Receiver.MemberId);
    }

    [Fact]
    public async Task A_member_that_is_behind_may_not()
    {
        _cluster.Members.ForEach(m => (m.RaftIndex, m.RaftAppliedIndex) = (9000, 9000));
        _cluster.Members[1].RaftAppliedIndex = 7826;

        var refused = await Assert.ThrowsAsync<MaintenanceException>(() => PlanAsync("m2"));

        Assert.Contains("it is 1174 raft entries behind, more than 1000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hand_over_that_the_members_do_not_agree_on_in_time_is_open()
    {
        var leader = _cluster.Members[0];
        leader.OnMoveLeader = leader.Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "MoveLeader");
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());

        var open = await Assert.ThrowsAsync<MaintenanceException>(async () =>
            await new LeaderMoveOperation(connections, new FakeTime()).ExecuteAsync(await PlanAsync("m2"), CancellationToken.None));

        Assert.True(open.OutcomeIsOpen);
        Assert.Contains("did not agree", open.Message, StringComparison.Ordinal);
    }

    private async Task<LeaderMovePlan> PlanAsync(string to)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        return await new LeaderMoveOperation(connections, new FakeTime()).PlanAsync(
            new LeaderMoveRequest([_cluster.Members[0].Endpoint]) { To = to }, CancellationToken.None);
    }
}
