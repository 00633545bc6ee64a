using System.Collections.Concurrent;
using EtcdDefrag.Client;
using EtcdDefrag.Connection;
using EtcdDefrag.Containers.Support;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Policy;
using Etcdserverpb;
using Grpc.Core;

namespace EtcdDefrag.Containers;

/// <summary>The core scenarios on every version.</summary>
public sealed class MatrixTests
{
    private const int MiB = 8;

    [SkippableTheory]
    [MemberData(nameof(EtcdImages.Minors), MemberType = typeof(EtcdImages))]
    public async Task Every_member_is_defragmented_once_and_the_leader_last(string minor)
    {
        await using var cluster = await ContainerCluster.StartAsync(minor);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        var leader = await cluster.GetLeaderAsync();

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true);

        Outcomes.AssertAllDefragmented(report);
        Assert.All(report.Results, r => Assert.True(r.BytesReclaimed > MiB * 1024 * 1024 / 4, $"{r}"));
        var done = await cluster.GetDefragmentationsAsync();
        Assert.Equal(["m1", "m2", "m3"], done.Order());
        Assert.Equal(leader.Name, done[^1]);
        await writer.VerifyAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdImages.Minors), MemberType = typeof(EtcdImages))]
    public async Task A_deadline_that_passes_is_observed_and_makes_no_second_call(string minor)
    {
        await using var cluster = await ContainerCluster.StartAsync(minor);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, onObserving: c =>
        {
            c.Release();
            return Task.CompletedTask;
        });

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { DefragmentTimeout = TimeSpan.FromSeconds(1) }, call.Observer);

        Outcomes.AssertAllDefragmented(report);
        Assert.True(report.Results[0].WasObserved, $"{report.Results[0]}");
        Assert.Equal(["m1", "m2", "m3"], (await cluster.GetDefragmentationsAsync()).Order());
        await writer.VerifyAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdImages.Minors), MemberType = typeof(EtcdImages))]
    public async Task A_cluster_out_of_space_takes_writes_again(string minor)
    {
        await using var cluster = await ContainerCluster.StartAsync(minor, new ContainerClusterOptions { QuotaBytes = 16 * 1024 * 1024 });
        await using var writer = await Writer.StartAsync(cluster);
        var member = cluster.Members[0].Client;
        await FillUpAsync(member);
        await member.DeleteAsync("fill/");

        // No run or monitor was there before, to put the keys that keep two runs apart in NOSPACE; and nobody else is there now.
        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { CompactionRetain = 0, DisarmBelow = 0.8, NoLock = true });

        Outcomes.AssertAllDefragmented(report);
        Assert.Empty(await member.GetAlarmsAsync());
        Assert.Equal(["m1", "m2", "m3"], (await cluster.GetDefragmentationsAsync()).Order());
        await writer.VerifyAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdImages.Minors), MemberType = typeof(EtcdImages))]
    public async Task Authentication_lets_roots_user_defragment_and_nobody_else(string minor)
    {
        await using var cluster = await ContainerCluster.StartAsync(minor);
        await cluster.FillAsync(MiB);
        var leader = await cluster.GetLeaderAsync();
        await leader.Client.EnableAuthenticationAsync("root", "the-password");

        var refused = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true);
        Assert.False(refused.IsSuccess);
        Assert.Empty(await cluster.GetDefragmentationsAsync());

        var asRoot = Engine.Options with { Credential = new EtcdCredential("root", "the-password") };
        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, options: asRoot);
        Outcomes.AssertAllDefragmented(report);
        var done = await cluster.GetDefragmentationsAsync();
        Assert.Equal(["m1", "m2", "m3"], done.Order());
        Assert.Equal(leader.Name, done[^1]);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdImages.Minors), MemberType = typeof(EtcdImages))]
    public async Task The_monitor_defragments_what_its_policy_says_and_comes_to_rest(string minor)
    {
        await using var cluster = await ContainerCluster.StartAsync(minor);
        await cluster.FillAsync(MiB);
        await using var writer = await Writer.StartAsync(cluster);
        var configuration = new MonitorConfiguration
        {
            Clusters =
            [
                new MonitoredCluster { Name = "c", Endpoints = [EtcdEndpoint.Parse(cluster.Endpoints[0])], Options = Engine.Options },
            ],
            CheckInterval = TimeSpan.FromSeconds(1),
            Policy = new EtcdDefragPolicy { MaxFragmentedPercentage = 45, MinDbSize = MiB * 1024 * 1024 / 2 },
            PauseBetweenMembers = TimeSpan.Zero,
            DefragOnStartup = true,
        };
        using var stop = new CancellationTokenSource();
        var ends = new ConcurrentQueue<RoundCompleted>();
        var loop = new MonitorLoop(configuration, () => new EtcdConnector(), TimeProvider.System);
        await foreach (var monitorEvent in loop.RunAsync(stop.Token))
        {
            if (monitorEvent is RoundCompleted ended)
            {
                ends.Enqueue(ended);
            }

            // It either rests or has failed, and then there is nothing to wait for.
            if (monitorEvent is NothingToDo or RoundFailed)
            {
                await stop.CancelAsync();
            }
        }

        Assert.All(ends, e => Assert.True(e is RoundSucceeded or NothingToDo, $"{e}"));
        Assert.Equal(3, ends.OfType<RoundSucceeded>().Sum(e => e.Defragmented));
        Assert.Equal(["m1", "m2", "m3"], (await cluster.GetDefragmentationsAsync()).Order());
        await writer.VerifyAsync();
    }

    private static async Task FillUpAsync(MemberClient member)
    {
        for (var i = 0; !(await member.GetAlarmsAsync()).Contains(AlarmType.Nospace); i++)
        {
            try
            {
                await member.PutManyAsync(Enumerable.Range(i * 32, 32).Select(n => $"fill/{n:D8}"));
            }
            catch (RpcException full) when (full.StatusCode == StatusCode.ResourceExhausted)
            {
                // What it is to come to; the alarm follows.
            }
        }
    }
}
