using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Load;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Faults;

/// <summary>The witnesses of the fault tests: they pass where all is well, bear with what may happen, and see what must not.</summary>
[Collection(Alone.Name)]
public class WorkloadTests
{
    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_healthy_cluster_loses_nothing_and_nobody_is_blocked(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await using var watch = BlockWatch.Start(sandbox.Members);
        await using var load = Workload.Start(sandbox.Members);
        await load.ProceedAsync(writes: 100);
        var report = await load.VerifyAsync(sandbox);

        Assert.True(report.Acknowledged >= 100);
        Assert.InRange(report.LongestGap, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        watch.AssertAtMostOneBlocked();
    }

    [SkippableFact]
    public async Task Members_may_come_and_go()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var load = Workload.Start(sandbox.Members);
        foreach (var member in sandbox.Members)
        {
            await load.ProceedAsync();
            await member.KillAsync();
            await load.ProceedAsync();
            await member.StartAsync();
            await sandbox.WaitUntilHealthyAsync();
        }

        var report = await load.VerifyAsync(sandbox);
        Assert.True(report.Failures > 0);
    }

    [SkippableFact]
    public async Task A_paused_member_is_seen_to_be_blocked_and_no_other()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var watch = BlockWatch.Start(sandbox.Members);
        await using var load = Workload.Start(sandbox.Members);
        await load.ProceedAsync();
        var paused = await sandbox.GetLeaderAsync();
        paused.Pause();
        await Eventually.HoldsAsync(() => watch.IsBlocked(paused), "the paused member counts as blocked");
        await load.ProceedAsync();
        paused.Resume();
        await Eventually.HoldsAsync(() => !watch.IsBlocked(paused), "it answers again");
        var report = await load.VerifyAsync(sandbox);

        Assert.True(watch.LongestOf(paused) > BlockWatch.Threshold);
        Assert.Contains(watch.Blocks, block => block.Member == paused.Name);
        Assert.True(report.LongestGap > TimeSpan.Zero);
        watch.AssertAtMostOneBlocked();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Members_defragmented_in_turn_are_blocked_in_turn(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await sandbox.FillAsync(new EtcdFill(16, 0.1));
        await using var watch = BlockWatch.Start(sandbox.Members);
        await using var load = Workload.Start(sandbox.Members);
        foreach (var member in sandbox.Members)
        {
            await load.ProceedAsync();
            Task defragmentation;
            using (await member.Client.OpenSnapshotAsync(default))
            {
                // It waits for the snapshot, and the member waits with it, for as long as the test likes.
                defragmentation = member.Client.DefragmentAsync(default);
                await Eventually.HoldsAsync(() => watch.IsBlocked(member), "the member counts as blocked");
                await load.ProceedAsync();
            }

            await defragmentation;
        }

        await load.VerifyAsync(sandbox);
        watch.AssertAtMostOneBlocked();
        Assert.All(sandbox.Members, member => Assert.Contains(watch.Blocks, block => block.Member == member.Name));
    }

    [SkippableFact]
    public async Task Two_blocked_at_once_are_seen()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        EtcdSandboxMember[] two = [sandbox.Members[0], sandbox.Members[2]];
        await using var watch = BlockWatch.Start(sandbox.Members);
        two[0].Pause();
        await two[1].KillAsync();
        await Eventually.HoldsAsync(() => watch.Overlaps.Count > 0, "both count as blocked at once");

        Assert.Throws<Xunit.Sdk.TrueException>(watch.AssertAtMostOneBlocked);
        var overlap = Assert.Single(watch.Overlaps);
        Assert.Equal(two.Select(member => member.Name), new[] { overlap.First.Member, overlap.Second.Member }.Order());
    }

    [SkippableFact]
    public async Task A_lost_write_is_seen()
    {
        await using var sandbox = await TestCluster.StartAsync(1);
        await sandbox.Members[0].Client.PutAsync(WriteClient.Key(1), "1"u8.ToArray(), default);
        await ClusterAudit.AssertAllThereAsync(sandbox, new Dictionary<int, bool> { [1] = true });

        await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(
            () => ClusterAudit.AssertAllThereAsync(sandbox, new Dictionary<int, bool> { [1] = true, [2] = true }));
    }
}
