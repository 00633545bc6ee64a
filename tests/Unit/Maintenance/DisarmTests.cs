using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Maintenance;

/// <summary>Whose NOSPACE alarm is cleared where that is all that is asked for.</summary>
public sealed class DisarmTests
{
    private readonly FakeCluster _cluster = FakeCluster.Of(3);

    public DisarmTests() => _cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.NoSpace));

    private IEnumerable<string> Disarms => _cluster.Calls.Where(c => c.Contains("Disarm", StringComparison.Ordinal));

    [Fact]
    public async Task The_alarm_of_a_named_member_is_cleared_and_the_result_names_it()
    {
        var plan = await PlanAsync("m2");

        var result = await ExecuteAsync(plan);

        Assert.Equal((true, "2", "m2", "http://m2:2379"), (result.WasDisarmed, result.MemberId, result.Name, result.Endpoint));
        Assert.Empty(_cluster.Alarms);
    }

    [Fact]
    public async Task An_alarm_that_is_not_armed_is_not_sent_for()
    {
        var result = await ExecuteAsync(await PlanAsync("m3"));

        Assert.Equal((false, "Its NOSPACE alarm is not armed."), (result.WasDisarmed, result.Reason));
        Assert.Empty(Disarms);
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_kept_apart_from_those_that_are()
    {
        var plan = await PlanAsync("m2", "m9");

        Assert.Equal(["m9"], plan.Unresolved.Select(u => u.Text));
        Assert.Equal("2", Assert.Single(plan.Steps).MemberId);
    }

    [Fact]
    public async Task Names_do_not_count_where_only_ids_may_be_given() =>
        Assert.Equal(["m2"], (await PlanAsync(r => r with { AcceptsNames = false }, "m2", "2")).Unresolved.Select(u => u.Text));

    [Fact]
    public async Task A_member_at_the_limit_is_an_obstacle_unless_by_force()
    {
        _cluster.Members[2].DbSize = (long)(0.95 * (2L << 30));

        Assert.Contains("http://m3:2379 uses 0.95 of its quota", (await PlanAsync("m2")).Obstacle, StringComparison.Ordinal);
        Assert.Null((await PlanAsync(r => r with { Force = true }, "m2")).Obstacle);
    }

    [Fact]
    public async Task Where_only_learners_answer_nothing_can_be_planned()
    {
        _cluster.Members[0].Down = _cluster.Members[1].Down = EtcdFailure.Unreachable;
        _cluster.Members[2].IsLearner = true;

        var problem = await Assert.ThrowsAsync<MaintenanceException>(() => PlanAsync("m2"));

        Assert.Contains("http://m1:2379", problem.Message, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Unanswered);
    }

    [Fact]
    public async Task A_corrupt_alarm_is_warned_of_and_stays()
    {
        _cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.Corrupt));
        var plan = await PlanAsync("m2");

        await ExecuteAsync(plan);

        Assert.Contains("The CORRUPT alarm of m2 (2) stays armed", Assert.Single(plan.Steps).Warning, StringComparison.Ordinal);
        Assert.Equal(EtcdAlarmType.Corrupt, Assert.Single(_cluster.Alarms).AlarmType);
    }

    private Task<DisarmPlan> PlanAsync(params string[] members) => PlanAsync(r => r, members);

    private async Task<DisarmPlan> PlanAsync(Func<DisarmRequest, DisarmRequest> change, params string[] members)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        var request = change(new DisarmRequest(_cluster.Endpoints) { Members = members });
        return await new DisarmOperation(connections, new FakeTime()).PlanAsync(request, CancellationToken.None);
    }

    private async Task<EtcdDisarmResult> ExecuteAsync(DisarmPlan plan)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        return await new DisarmOperation(connections, new FakeTime()).ExecuteAsync(Assert.Single(plan.Steps), CancellationToken.None);
    }
}
