using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Maintenance;

/// <summary>A compaction where that is all that is asked for.</summary>
public sealed class CompactionTests
{
    private readonly FakeCluster _cluster = FakeCluster.Of(3);

    public CompactionTests() => _cluster.Revision = 50_000;

    [Fact]
    public async Task The_plan_names_the_leader_and_the_revision_and_sends_nothing()
    {
        var plan = await PlanAsync(r => r);

        Assert.Equal(("http://m1:2379", 40_000L, 50_000L), (plan.Member.Endpoint, plan.Revision, plan.CurrentRevision));
        Assert.Null(plan.ResultWithoutCall);
        Assert.DoesNotContain(_cluster.Calls, c => c.Contains("Compact", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revision_that_is_still_to_come_is_refused_before_anything_is_sent()
    {
        var plan = await PlanAsync(r => r with { Revision = 50_001 });

        var result = await ExecuteAsync(plan);

        Assert.Equal(result with { Error = null }, plan.ResultWithoutCall! with { Error = null });
        Assert.Equal((EtcdCompactionOutcome.Failed, true), (result.Outcome, result.Error is MaintenanceException));
        Assert.Contains("future revision", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(_cluster.Calls, c => c.Contains("Compact", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_that_do_not_end_in_time_make_the_outcome_unknown_and_the_error_names_them()
    {
        _cluster.Members.ForEach(m => m.Metrics = m.Metrics! with { CompactionCount = 4 });

        var result = await ExecuteAsync(await PlanAsync(r => r with { Retain = 0 }));

        Assert.Equal(EtcdCompactionOutcome.Unknown, result.Outcome);
        Assert.Equal(_cluster.Endpoints.Select(e => e.ToString()), result.UnfinishedMembers);
        Assert.Contains("http://m2:2379", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_nothing_can_be_planned()
    {
        _cluster.Members.ForEach(m => m.Down = EtcdFailure.Unreachable);

        var problem = await Assert.ThrowsAsync<MaintenanceException>(() => PlanAsync(r => r));

        Assert.Equal(3, problem.Unanswered.Count);
    }

    private async Task<CompactionPlan> PlanAsync(Func<CompactionRequest, CompactionRequest> change)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        return await new CompactionOperation(connections, new FakeTime()).PlanAsync(change(new CompactionRequest(_cluster.Endpoints)), CancellationToken.None);
    }

    private async Task<EtcdCompactionResult> ExecuteAsync(CompactionPlan plan)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        return await new CompactionOperation(connections, new FakeTime()).ExecuteAsync(plan, _ => Task.CompletedTask, CancellationToken.None);
    }
}
