using EtcdDefrag.Connection;

namespace EtcdDefrag.Unit.Execution;

public sealed class NamedMembersTests : RunTests
{
    [Fact]
    public async Task Members_that_cannot_be_reached_from_here_are_not_asked_and_that_is_said()
    {
        Cluster.Members[2].Down = EtcdFailure.Unreachable;

        var report = await RunAsync(Cluster.Endpoints[1..2], r => r with { WholeCluster = false, NamedMembersOnly = true });

        Assert.True(report.IsSuccess);
        Assert.Equal(["m2 Defragment"], Cluster.Defragmented);
        Assert.All(Cluster.Calls, c => Assert.StartsWith("m2 ", c, StringComparison.Ordinal));
        Assert.Equal("Not asked, and taken to be healthy: m1, m3. Only the members that were named are inspected.", report.Warnings.Single(w => w.Rule == "MembersNotAsked").Text);
    }

    [Fact]
    public async Task The_quorum_is_still_that_of_the_whole_cluster()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;

        var report = await RunAsync(Cluster.Endpoints[..2], r => r with { WholeCluster = false, NamedMembersOnly = true, Force = true });

        Assert.Equal("QuorumAtRisk", report.Refusal?.Rule);
        Assert.Contains("Only 2 of 3 voters", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task A_member_named_twice_is_one_voter()
    {
        var member = Cluster.Members[1];

        var report = await RunAsync([member.Endpoint, member.OtherEndpoint], r => r with { WholeCluster = false, NamedMembersOnly = true });

        Assert.True(report.IsSuccess);
        Assert.Equal(["m2 Defragment"], Cluster.Defragmented);
    }
}
