using EtcdDefrag.Containers.Support;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Containers;

/// <summary>Networks that are cut, between the members and between them and their clients.</summary>
public sealed class PartitionTests
{
    private const int MiB = 8;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [SkippableTheory]
    [InlineData("follower", "both")]
    [InlineData("leader", "both")]
    [InlineData("follower", "receiving")]
    [InlineData("leader", "receiving")]
    public async Task A_member_cut_off_from_its_peers_stops_the_run_before_the_next(string who, string direction)
    {
        Skip.If(direction == "receiving" && BridgePort.Obstacle is not null, BridgePort.Obstacle);
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        var leader = await cluster.GetLeaderAsync();
        ContainerMember? cutOff = null;
        var observer = new RunObserver(async e =>
        {
            if (e is StepFinished finished && cutOff is null)
            {
                cutOff = who == "leader" ? leader : cluster.Members.Single(m => m != leader && m.Endpoint != finished.Result.Endpoint);
                await (direction == "both" ? cutOff.CutOffFromPeersAsync() : cutOff.SetDeafToPeersAsync(true));
                await IsCutOffAsync(cutOff);
            }
        });

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, r => r with { SettleTimeout = Soon }, observer);

        Assert.True(report.Refusal?.Rule is "VoterUnreachable" or "NoSingleLeader", $"{report.Refusal}");
        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Defragmented);
        Assert.Single(await cluster.GetDefragmentationsAsync());
        await (direction == "both" ? cutOff!.RejoinPeersAsync() : cutOff!.SetDeafToPeersAsync(false));
        await writer.VerifyAsync();
        await AssertRunsAgainAsync(cluster);
    }

    [SkippableFact]
    public async Task A_member_cut_off_from_its_peers_in_the_middle_is_done_and_no_other_is_touched()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, async c =>
        {
            await c.Member.CutOffFromPeersAsync();
            c.Release();
        });

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { SettleTimeout = Soon }, call.Observer);

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Defragmented);
        Assert.Equal([call.Member.Name], await cluster.GetDefragmentationsAsync());
        await call.Member.RejoinPeersAsync();
        await writer.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_connection_that_breaks_in_the_middle_is_no_failure_and_makes_no_second_call()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only on Linux can the engine's bridges be reached.");
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, c => c.Member.BreakClientConnectionsAsync(), ReleaseAsync) { IsPastClients = true };

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, observer: call.Observer);

        await AssertObservedAsync(report, cluster);
        await writer.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_whose_clients_are_not_heard_for_a_while_is_observed_to_its_end()
    {
        Skip.If(BridgePort.Obstacle is not null, BridgePort.Obstacle);
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(
            cluster,
            c => c.Member.SetDeafToClientsAsync(true),
            async c =>
            {
                await c.Member.SetDeafToClientsAsync(false);
                c.Release();
            })
        {
            IsPastClients = true,
        };

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { DefragmentTimeout = Soon }, call.Observer);

        await AssertObservedAsync(report, cluster);
        await writer.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_whose_clients_are_not_heard_any_more_is_unknown_and_no_other_is_touched()
    {
        Skip.If(BridgePort.Obstacle is not null, BridgePort.Obstacle);
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, c => c.Member.SetDeafToClientsAsync(true)) { IsPastClients = true };

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { DefragmentTimeout = Soon, ObservationTimeout = Soon }, call.Observer);

        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Unknown);
        Assert.Contains("did not answer", report.Results[0].Reason, StringComparison.Ordinal);
        call.Release();
        await call.Member.SetDeafToClientsAsync(false);
        Assert.Equal([call.Member.Name], await cluster.GetDefragmentationsAsync());
        await writer.VerifyAsync();
    }

    private static Task ReleaseAsync(HeldCall call)
    {
        call.Release();
        return Task.CompletedTask;
    }

    private static async Task AssertObservedAsync(DefragReport report, ContainerCluster cluster)
    {
        Outcomes.AssertAllDefragmented(report);
        Assert.True(report.Results[0].WasObserved, $"{report.Results[0]}");
        Assert.Equal(["m1", "m2", "m3"], (await cluster.GetDefragmentationsAsync()).Order());
    }

    private static async Task AssertRunsAgainAsync(ContainerCluster cluster)
    {
        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true);
        Outcomes.AssertAllDefragmented(report);
    }

    /// <summary>Waits until a member has noticed: it gives no read that the cluster has to agree on.</summary>
    private static async Task IsCutOffAsync(ContainerMember member)
    {
        using var port = Engine.Connect(member.Endpoint);
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await port.ReadAsync("health", CancellationToken.None);
                    return false;
                }
                catch (EtcdDefrag.Connection.EtcdException)
                {
                    return true;
                }
            },
            $"{member.Name} is cut off",
            TimeSpan.FromSeconds(40));
    }
}
