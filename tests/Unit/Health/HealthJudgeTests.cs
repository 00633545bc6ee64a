using EtcdDefrag.Connection;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Health;

public sealed class HealthJudgeTests
{
    private static async Task<EtcdClusterHealth> JudgeAsync(FakeCluster cluster)
    {
        using var connections = new MemberConnections(cluster, new EtcdConnectionOptions());
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        var snapshot = await inspector.InspectClusterAsync(cluster.Endpoints, InspectionScope.Health, CancellationToken.None);
        return HealthJudge.Judge(snapshot);
    }

    [Fact]
    public async Task A_cluster_whose_members_all_answer_and_agree_is_healthy()
    {
        var health = await JudgeAsync(FakeCluster.Of(3));

        Assert.True(health.IsHealthy, string.Join(' ', health.Reasons));
        Assert.Equal((3, 3, 2, "1", "c1"), (health.VoterCount, health.HealthyVoterCount, health.Quorum, health.LeaderId, health.ClusterId));
    }

    [Fact]
    public async Task A_nospace_alarm_is_shown_and_does_not_make_a_member_unwell()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.NoSpace));

        var health = await JudgeAsync(cluster);

        Assert.True(health.IsHealthy);
        Assert.All(health.Members, m => Assert.Equal("Active Alarm(s): NOSPACE", m.Reason));
    }

    [Fact]
    public async Task A_corrupt_alarm_is_not_hidden_by_a_nospace_alarm()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.Corrupt));
        cluster.Alarms.Add(new EtcdAlarm("3", EtcdAlarmType.NoSpace));

        var health = await JudgeAsync(cluster);

        Assert.False(health.IsHealthy);
        Assert.All(health.Members, m => Assert.False(m.IsHealthy));
        Assert.Contains("NOSPACE CORRUPT", health.Members[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_cannot_be_reached_is_named_with_the_reason()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[1].Down = EtcdFailure.Unreachable;

        var health = await JudgeAsync(cluster);

        Assert.Equal(2, health.HealthyVoterCount);
        Assert.Equal(["http://m2:2379 cannot be reached: of the test."], health.Reasons);
    }

    [Fact]
    public async Task A_reader_without_the_right_to_the_key_finds_the_member_healthy()
    {
        var cluster = FakeCluster.Of(1);
        cluster.Members[0].ReadRefusal = EtcdStatusCode.PermissionDenied;

        Assert.True((await JudgeAsync(cluster)).IsHealthy);
    }

    [Fact]
    public async Task A_member_that_answers_no_linearizable_read_is_unwell_though_its_status_is_fine()
    {
        var cluster = FakeCluster.Of(1);
        cluster.Members[0].ReadRefusal = EtcdStatusCode.Unavailable;

        Assert.False((await JudgeAsync(cluster)).IsHealthy);
    }

    [Fact]
    public async Task A_learner_is_judged_by_its_status_alone_and_does_not_count_as_a_voter()
    {
        var cluster = FakeCluster.Of(4);
        cluster.Members[3].IsLearner = true;

        var health = await JudgeAsync(cluster);

        Assert.True(health.IsHealthy, string.Join(' ', health.Reasons));
        Assert.Equal((3, 3, 2), (health.VoterCount, health.HealthyVoterCount, health.Quorum));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    public async Task Members_that_do_not_agree_on_a_leader_are_no_healthy_cluster(string otherLeader)
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[2].LeaderId = otherLeader;

        var health = await JudgeAsync(cluster);

        Assert.False(health.IsHealthy);
        Assert.Equal(["The members do not agree on a leader, or know none."], health.Reasons);
    }

    [Fact]
    public async Task One_member_under_two_addresses_is_one_member()
    {
        var cluster = FakeCluster.Of(3);
        using var connections = new MemberConnections(cluster, new EtcdConnectionOptions());
        var inspector = new ClusterInspector(connections, TimeProvider.System);

        var snapshot = await inspector.InspectClusterAsync(
            [cluster.Members[0].Endpoint, cluster.Members[0].OtherEndpoint], InspectionScope.Health, CancellationToken.None);

        Assert.Equal(["1", "2", "3"], snapshot.Members.Select(m => m.MemberId));
        Assert.Equal(["1"], snapshot.GivenMemberIds);
    }
}
