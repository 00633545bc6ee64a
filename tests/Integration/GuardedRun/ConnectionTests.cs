using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Network;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>What can stand between a run and the members.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionTests(BigCluster cluster) : IClassFixture<BigCluster>
{
    [SkippableFact]
    public async Task A_connection_cut_in_the_middle_of_the_call_is_no_failure_and_makes_no_second_call()
    {
        await using var witness = await cluster.WitnessAsync();
        var follower = await FollowerAsync();
        await using var proxy = TcpFaultProxy.Start(follower.Endpoint);
        using var port = Engine.Connect(follower.Endpoint);
        Task? cut = null;
        var observer = new RunObserver(e =>
        {
            cut ??= e is DefragmentationStarted ? Task.Run(CutAsync) : null;
            return Task.CompletedTask;
        });

        var report = await Engine.RunAsync([proxy.Endpoint], wholeCluster: false, observer: observer);
        await cut!;

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.True(Assert.Single(report.Results).WasObserved);
        Assert.Contains(observer.Events, e => e is Observing);
        Assert.Equal([follower.Name], witness.Defragmented);
        await witness.VerifyAsync();

        async Task CutAsync()
        {
            await Eventually.HoldsAsync(
                async () => (await port.GetMetricsAsync(CancellationToken.None)).IsDefragmenting is true,
                "the member is defragmenting",
                pause: TimeSpan.FromMilliseconds(5));
            proxy.Cut();
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_balancer_in_front_of_the_members_is_recognised_and_refused(bool wholeCluster)
    {
        await using var witness = await cluster.WitnessAsync();
        await using var balancer = TcpFaultProxy.Start([.. cluster.Sandbox.Endpoints]);

        var report = await Engine.RunAsync([balancer.Endpoint], wholeCluster, r => r with { Force = true });

        Assert.Equal("NotTheMember", report.Refusal?.Rule);
        Assert.Contains(balancer.Endpoint, report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Empty(witness.Defragmented);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task One_member_behind_an_address_of_its_own_is_that_member()
    {
        await using var witness = await cluster.WitnessAsync();
        var follower = await FollowerAsync();
        await using var proxy = TcpFaultProxy.Start(follower.Endpoint);

        var report = await Engine.RunAsync([proxy.Endpoint], wholeCluster: false);

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Equal(proxy.Endpoint, Assert.Single(report.Results).Endpoint);
        Assert.Equal([follower.Name], witness.Defragmented);
        await witness.VerifyAsync();
    }

    private async Task<EtcdSandboxMember> FollowerAsync()
    {
        var leader = await cluster.Sandbox.GetLeaderAsync();
        return cluster.Sandbox.Members.First(m => m != leader);
    }
}
