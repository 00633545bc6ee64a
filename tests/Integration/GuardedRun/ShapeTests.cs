using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>Clusters of one and two, with a learner, with two names for one member, and with a leader that moves.</summary>
[Collection(Alone.Name)]
public sealed class ShapeTests
{
    private const int Fill = 8;

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_or_two_voters_are_touched_only_by_consent(int members)
    {
        await using var sandbox = await TestCluster.StartAsync(members);
        await sandbox.FillAsync(new EtcdFill(Fill));

        var refused = await Engine.RunAsync(sandbox.Endpoints, wholeCluster: true);
        Assert.Equal("SmallCluster", refused.Refusal?.Rule);
        Assert.Empty(ServerLog.Defragmentations(sandbox));

        var forced = await Engine.RunAsync(sandbox.Endpoints, wholeCluster: true, r => r with { Force = true });
        Assert.True(forced.IsSuccess, string.Join('\n', forced.Results));
        Assert.Equal(members, ServerLog.Defragmentations(sandbox).Count);
    }

    [SkippableFact]
    public async Task A_learner_is_left_alone_and_takes_no_leadership()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var learner = await sandbox.AddLearnerAsync();
        await using var witness = await Witness.StartAsync(sandbox);
        var leader = await sandbox.GetLeaderAsync();

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, r => r with { MoveLeader = true });

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.Equal(EtcdDefragOutcome.Skipped, Assert.Single(report.Results, r => r.Endpoint == learner.Endpoint).Outcome);
        Assert.DoesNotContain(learner.Name, ServerLog.Defragmentations(sandbox));
        var leads = await sandbox.GetLeaderAsync();
        Assert.NotEqual(leader.Name, leads.Name);
        Assert.NotEqual(learner.Name, leads.Name);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task Leadership_is_handed_over_before_the_leaders_turn_and_the_result_says_to_whom()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var witness = await Witness.StartAsync(sandbox);
        var leader = await sandbox.GetLeaderAsync();

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, r => r with { MoveLeader = true });

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.Equal(leader.Name, ServerLog.Defragmentations(sandbox)[^1]);
        var leads = await sandbox.GetLeaderAsync();
        var last = report.Results[^1];
        Assert.Equal((leader.Endpoint, false, $"{await leads.GetMemberIdAsync():x}"), (last.Endpoint, last.IsLeader, last.LeaderMovedTo));
        Assert.NotEqual(leader.Name, leads.Name);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task With_a_follower_down_leadership_is_not_even_moved()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var leader = await sandbox.GetLeaderAsync();
        await sandbox.Members.First(m => m != leader).KillAsync();

        var report = await Engine.RunAsync([leader.Endpoint], wholeCluster: true, r => r with { MoveLeader = true, Force = true });

        Assert.Equal("QuorumAtRisk", report.Refusal?.Rule);
        Assert.Empty(ServerLog.Defragmentations(sandbox));
        Assert.Equal(leader.Name, (await sandbox.GetLeaderAsync()).Name);
    }

    [SkippableFact]
    public async Task When_somebody_else_moves_the_leader_between_two_steps_the_order_follows()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var witness = await Witness.StartAsync(sandbox);
        EtcdSandboxMember? leads = null;
        var observer = new RunObserver(async e =>
        {
            if (e is StepFinished finished && leads is null)
            {
                // The follower whose turn is next.
                var leader = await sandbox.GetLeaderAsync();
                leads = sandbox.Members.Single(m => m != leader && m.Endpoint != finished.Result.Endpoint);
                await sandbox.MoveLeaderAsync(leads);
            }
        });

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, observer: observer);

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.Equal(leads!.Name, ServerLog.Defragmentations(sandbox)[^1]);
        Assert.True(report.Results[^1].IsLeader);
        Assert.Equal(2, observer.Events.OfType<RunPlanned>().Count());
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task One_member_named_by_two_addresses_is_one_member()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var witness = await Witness.StartAsync(sandbox);
        var byName = sandbox.Endpoints[1].Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var report = await Engine.RunAsync([sandbox.Endpoints[1], byName], wholeCluster: false);

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.Single(report.Results);
        Assert.Equal(["m2"], ServerLog.Defragmentations(sandbox));
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task Members_of_different_versions_are_an_upgrade_that_is_waited_for()
    {
        await using var sandbox = await TestCluster.StartAsync(3, "3.4", "3.5");
        await using var witness = await Witness.StartAsync(sandbox);

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);
        var forced = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, r => r with { Force = true });

        Assert.Equal("MixedVersions", report.Refusal?.Rule);
        Assert.True(forced.IsSuccess, string.Join('\n', forced.Results));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
        await witness.VerifyAsync();
    }
}
