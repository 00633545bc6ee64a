using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Inspection;

/// <summary>One measure of how far a member is behind, in a status, in rules and in the guard.</summary>
public sealed class RaftProgressTests
{
    private readonly FakeCluster _cluster = FakeCluster.Of(3);

    public RaftProgressTests()
    {
        Set(0, 50_000, 50_000);
        Set(1, 2_000, 2_000);
        Set(2, 50_000, 49_990);
    }

    [Fact]
    public async Task A_member_that_has_applied_all_it_has_is_behind_those_that_have_more()
    {
        Assert.Equal([0UL, 48_000, 10], (await InspectAsync(_cluster.Endpoints)).Select(s => s.RaftLag));
        Assert.Equal([0UL, 48_000], (await InspectAsync(_cluster.Endpoints[..2])).Select(s => s.RaftLag));
    }

    [Fact]
    public async Task Members_that_were_found_count_like_those_that_were_named()
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        var snapshot = await new ClusterInspector(connections, TimeProvider.System)
            .InspectClusterAsync([_cluster.Endpoints[1]], InspectionScope.Status, CancellationToken.None);

        Assert.Equal([0UL, 48_000, 10], snapshot.Statuses.Select(s => s.RaftLag));
    }

    [Fact]
    public async Task A_member_alone_knows_only_of_what_has_reached_it()
    {
        var alone = Assert.Single(await InspectAsync([_cluster.Endpoints[1]]));

        Assert.Equal((2_000UL, 0UL), (alone.ClusterRaftIndex, alone.RaftLag));
    }

    [Fact]
    public void Another_cluster_is_no_measure()
    {
        var statuses = _cluster.Members.Select(m => m.Status).ToArray();
        statuses[0] = statuses[0] with { ClusterId = "another" };
        statuses[2] = statuses[2] with { RaftIndex = 3_000, RaftAppliedIndex = 3_000 };

        var compared = RaftProgress.Compare([.. statuses.Select(s => new MemberObservation { Endpoint = s.Endpoint, Status = s })]);

        Assert.Equal([0UL, 1_000, 0], compared.Select(m => m.Status!.RaftLag));
    }

    private async Task<IReadOnlyList<EtcdMemberStatus>> InspectAsync(IReadOnlyList<EtcdEndpoint> endpoints)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        var snapshot = await new ClusterInspector(connections, TimeProvider.System)
            .InspectEndpointsAsync(endpoints, InspectionScope.Status, CancellationToken.None);
        return [.. snapshot.Statuses];
    }

    private void Set(int member, ulong index, ulong applied)
    {
        _cluster.Members[member].RaftIndex = index;
        _cluster.Members[member].RaftAppliedIndex = applied;
    }
}
