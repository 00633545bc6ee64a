using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

/// <summary>A plan says what a run would do, and whether it would be refused; it changes nothing.</summary>
public sealed class PlanTests : RunTests
{
    [Fact]
    public async Task A_plan_has_the_steps_of_the_run_in_their_order()
    {
        Cluster.Members[2].DbSizeInUse = 1_000_000;

        var plan = await PlanAsync();
        var report = await RunAsync();

        Assert.Null(plan.Refused);
        Assert.Equal(report.Results.Select(r => r.MemberId), plan.Steps.Select(s => s.MemberId));
        Assert.Equal(["3", "2", "1"], plan.Steps.Select(s => s.MemberId));
        Assert.Equal(RunVerdict.Done, RunSummary.Of(plan.ToReport()).Verdict);
    }

    [Fact]
    public async Task A_plan_changes_nothing_whatever_the_request_says()
    {
        Cluster.Revision = 50_000;
        Cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.NoSpace));

        var plan = await PlanAsync(r => r with { CompactionRetain = 0, DisarmBelow = 0.9, MoveLeader = true, PreparesForNoSpace = true });

        Assert.Equal(3, plan.Steps.Count);
        Assert.DoesNotContain(plan.Warnings, w => w.Rule == "NoSpaceArmed");
        Assert.Equal("Dry run: http://m1:2379 would be asked to compact up to revision 50000.", plan.Compaction!.Reason);
        string[] changes = ["Defragment", "Compact", "Disarm", "MoveLeader", "Lease", "Txn"];
        Assert.DoesNotContain(Cluster.Calls, call => changes.Any(c => call.Contains(c, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_plan_says_why_a_run_would_be_refused_and_still_has_its_steps()
    {
        Cluster.Alarms.Add(new EtcdAlarm("2", EtcdAlarmType.Corrupt));

        var plan = await PlanAsync();
        var report = await RunAsync();

        Assert.Equal(("CorruptAlarm", report.Refusal), (plan.Refused?.Refusal.Rule, plan.Refused?.Refusal));
        Assert.Equal(3, plan.Steps.Count);
        Assert.Equal(RunVerdict.Refused, RunSummary.Of(plan.ToReport()).Verdict);
    }

    [Fact]
    public async Task A_guard_that_is_overridden_is_a_warning_of_the_plan()
    {
        Cluster = FakeCluster.Of(1);

        var refused = await PlanAsync();
        var forced = await PlanAsync(r => r with { Force = true });

        Assert.Equal("SmallCluster", refused.Refused?.Refusal.Rule);
        Assert.Null(forced.Refused);
        Assert.Contains(forced.Warnings, w => w.Rule == "SmallCluster");
        Assert.Null((await PlanAsync(r => r with { AllowSmallCluster = true })).Refused);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_answered_plans_nothing()
    {
        Cluster.Members[2].Metrics = Cluster.Members[2].Metrics! with { QuotaBytes = null };
        var policy = new EtcdDefragPolicy { Rule = DefragRule.Parse("dbQuotaUsage > 0.8") };

        var plan = await PlanAsync(r => r with { Plan = new PlanOptions { Policy = policy } });

        Assert.Equal("PolicyUnanswerable", plan.Refused?.Refusal.Rule);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public async Task A_member_that_was_asked_for_and_does_not_answer_is_no_success()
    {
        Cluster = FakeCluster.Of(5);
        Cluster.Members[2].Down = EtcdFailure.Unreachable;

        var plan = await PlanAsync(r => r with { Force = true });

        Assert.Null(plan.Refused);
        Assert.Equal("3", Assert.Single(plan.Unreached).MemberId);
        Assert.Equal(RunVerdict.Failed, RunSummary.Of(plan.ToReport()).Verdict);
    }

    [Fact]
    public async Task A_long_pause_is_warned_of()
    {
        Cluster.Members[1].DbSize = Cluster.Members[1].DbSizeInUse = 8L << 30;

        Assert.Contains((await PlanAsync()).Warnings, w => w is { Rule: "LongPause", Endpoint: "http://m2:2379" });
    }

    private async Task<DefragPlan> PlanAsync(Func<DefragRequest, DefragRequest>? change = null)
    {
        using var connections = new MemberConnections(Cluster, new EtcdConnectionOptions());
        var request = new DefragRequest { Endpoints = Cluster.Endpoints, WholeCluster = true };
        return await new DefragRunner(connections, Time).PlanAsync(change?.Invoke(request) ?? request, CancellationToken.None);
    }
}
