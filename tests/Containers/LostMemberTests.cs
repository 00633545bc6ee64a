using EtcdDefrag.Containers.Support;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Containers;

/// <summary>Members that are frozen, and members that are killed and come back in another container at another address.</summary>
public sealed class LostMemberTests
{
    private const int MiB = 8;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [SkippableFact]
    public async Task A_member_frozen_in_the_middle_and_thawed_is_observed_to_its_end()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(
            cluster,
            c => c.Member.FreezeAsync(),
            async c =>
            {
                await c.Member.ThawAsync();
                c.Release();
            });

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { DefragmentTimeout = Soon }, call.Observer);

        Outcomes.AssertAllDefragmented(report);
        Assert.True(report.Results[0].WasObserved, $"{report.Results[0]}");
        Assert.Equal(["m1", "m2", "m3"], (await cluster.GetDefragmentationsAsync()).Order());
        await writer.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_that_stays_frozen_is_unknown_and_no_other_is_touched()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, c => c.Member.FreezeAsync());

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]],
            wholeCluster: true,
            r => r with { DefragmentTimeout = Soon, ObservationTimeout = Soon },
            call.Observer);

        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Unknown);
        await call.Member.ThawAsync();
        call.Release();
        Assert.Equal([call.Member.Name], await cluster.GetDefragmentationsAsync());
        await writer.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_replaced_in_the_middle_at_another_address_is_said_to_have_been_restarted()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, c => MoveAsync(cluster, c.Member));

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, observer: call.Observer);

        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Unknown);
        Assert.Contains("restarted in the middle", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Equal([call.Member.Name], await cluster.GetDefragmentationsAsync());
        await writer.VerifyAsync();
        var again = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true);
        Outcomes.AssertAllDefragmented(again);
    }

    [SkippableFact]
    public async Task A_member_replaced_between_two_steps_at_another_address_is_waited_for()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        var leader = await cluster.GetLeaderAsync();
        var isMoved = false;
        var observer = new RunObserver(async e =>
        {
            if (e is StepFinished finished && !isMoved)
            {
                isMoved = true;
                await MoveAsync(cluster, cluster.Members.Single(m => m != leader && m.Endpoint != finished.Result.Endpoint));
            }
        });

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, observer: observer);

        Outcomes.AssertAllDefragmented(report);
        var done = await cluster.GetDefragmentationsAsync();
        Assert.Equal(["m1", "m2", "m3"], done.Order());
        Assert.Equal(leader.Name, done[^1]);
        await writer.VerifyAsync();
    }

    /// <summary>Kills a member, and starts another container on its data where its peers have not seen it before.</summary>
    private static async Task MoveAsync(ContainerCluster cluster, ContainerMember member)
    {
        const int unused = 7;
        var other = cluster.Members.First(m => m != member);
        var id = await other.Client.FindMemberAsync(member.Name);
        await member.KillAsync();
        await other.Client.MoveMemberAsync(id, ContainerMember.PeerUrl(cluster.PeerAddress(unused)));
        await member.ReplaceAsync(peerAddress: cluster.PeerAddress(unused));
    }
}
