using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Connection;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Cluster;

/// <summary>A wrong address among the right ones, on a real cluster: told apart, in time, and nothing is changed.</summary>
[Collection(Alone.Name)]
public sealed class BadInputTests
{
    [SkippableFact]
    public async Task One_endpoint_that_cannot_be_reached_does_not_hide_the_others_and_stops_a_run()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var nothing = $"http://{closed.LocalEndpoint}";
        closed.Stop();
        string[] endpoints = [.. sandbox.Endpoints, nothing];

        var snapshot = await Engine.InspectAsync(endpoints, wholeCluster: false);
        var report = await Engine.RunAsync(endpoints, wholeCluster: true);

        Assert.Equal(sandbox.Endpoints, snapshot.Statuses.Select(s => s.Endpoint));
        var failure = Assert.IsType<EtcdException>(Assert.Single(snapshot.Members, m => m.Status is null).Failure);
        Assert.Equal((EtcdFailure.Unreachable, nothing), (failure.Failure, failure.Endpoint.ToString()));
        Assert.Contains(nothing, report.Refusal?.Reason, StringComparison.Ordinal);
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    [SkippableFact]
    public async Task A_member_that_hangs_is_given_up_in_time_and_named()
    {
        await using var sandbox = await TestCluster.StartAsync(1);
        var options = new EtcdConnectionOptions { OperationTimeout = TimeSpan.FromSeconds(1), ConnectionTimeout = TimeSpan.FromSeconds(1) };
        sandbox.Members[0].Pause();

        var snapshot = await Engine.InspectAsync(sandbox.Endpoints, wholeCluster: false, options);

        var failure = Assert.IsType<EtcdException>(Assert.Single(snapshot.Members).Failure);
        Assert.Equal(EtcdFailure.TimedOut, failure.Failure);
        Assert.Contains($"{sandbox.Endpoints[0]} did not answer Status in time: no answer within 1 s", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Members_of_two_clusters_are_not_taken_for_one()
    {
        await using var one = await TestCluster.StartAsync(1);
        await using var other = await TestCluster.StartAsync(1);

        var report = await Engine.RunAsync([one.Endpoints[0], other.Endpoints[0]], wholeCluster: false);

        Assert.Equal("NoSingleLeader", report.Refusal?.Rule);
        Assert.Contains("different clusters", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Empty(ServerLog.Defragmentations(one));
        Assert.Empty(ServerLog.Defragmentations(other));
    }
}
