using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Planning;

public sealed class DefragPlannerTests
{
    private static IReadOnlyList<EtcdDefragStep> Plan(IEnumerable<EtcdMemberStatus> statuses)
    {
        var observed = statuses.Select(s => new MemberObservation { Endpoint = s.Endpoint, Status = s }).ToArray();
        return DefragPlanner.Plan(new ClusterSnapshot(DateTimeOffset.UnixEpoch, observed, null), _ => true);
    }

    private static EtcdMemberStatus[] Statuses(int members, string leaderId)
    {
        var cluster = FakeCluster.Of(members);
        cluster.LeaderId = leaderId;
        return [.. cluster.Members.Select(m => m.Status)];
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    public void The_leader_comes_last_whoever_it_is(string leaderId)
    {
        var steps = Plan(Statuses(3, leaderId));

        Assert.Equal([1, 2, 3], steps.Select(s => s.Order));
        Assert.Equal(leaderId, steps[^1].MemberId);
        Assert.Equal([false, false, true], steps.Select(s => s.IsLeader));
    }

    [Fact]
    public void Followers_come_by_what_there_is_to_win_and_those_out_of_space_before_all()
    {
        var statuses = Statuses(4, "1");
        statuses[1] = statuses[1] with { DbSize = 500, DbSizeInUse = 400 };
        statuses[2] = statuses[2] with { DbSize = 900, DbSizeInUse = 100 };
        statuses[3] = statuses[3] with { DbSize = 300, DbSizeInUse = 290, Alarms = [EtcdAlarmType.NoSpace] };

        Assert.Equal(["4", "3", "2", "1"], Plan(statuses).Select(s => s.MemberId));
    }

    [Fact]
    public void A_leader_out_of_space_is_last_all_the_same()
    {
        var statuses = Statuses(3, "2");
        statuses[1] = statuses[1] with { Alarms = [EtcdAlarmType.NoSpace] };

        Assert.Equal("2", Plan(statuses)[^1].MemberId);
    }

    [Fact]
    public void A_learner_is_skipped_and_says_why()
    {
        var statuses = Statuses(3, "1");
        statuses[2] = statuses[2] with { IsLearner = true };

        var step = Assert.Single(Plan(statuses), s => s.Action == EtcdDefragAction.Skip);

        Assert.Equal("3", step.MemberId);
        Assert.StartsWith("A learner", step.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_member_twice_is_one_step() =>
        Assert.Equal(2, Plan([.. Statuses(2, "1"), .. Statuses(2, "1")]).Count);

    [Theory]
    [InlineData(0, 0, 60)]
    [InlineData(50_000_000, 1, 60)]
    [InlineData(1_000_000_000, 20, 130)]
    [InlineData(8_000_000_000, 160, 830)]
    public void Pause_and_deadline_follow_the_bytes_in_use(long inUse, double pauseSeconds, double deadlineSeconds)
    {
        Assert.Equal(pauseSeconds, DefragCost.EstimatePause(inUse).TotalSeconds);
        Assert.Equal(deadlineSeconds, DefragCost.Deadline(inUse).TotalSeconds);
        Assert.Equal(inUse / 10 * 11, DefragCost.EstimateDiskBytes(inUse));
    }
}
