using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Inspection;

public sealed class ClusterInspectorTests
{
    [Fact]
    public async Task A_named_endpoint_that_does_not_answer_is_asked_once_a_look()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[1].Down = EtcdFailure.TimedOut;
        using var connections = new MemberConnections(cluster, new());

        var snapshot = await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync(cluster.Endpoints, InspectionScope.Status, CancellationToken.None);

        Assert.Equal(3, snapshot.Members.Count);
        Assert.Equal(("2", EtcdFailure.TimedOut), (snapshot.Members[1].MemberId, Assert.IsType<EtcdException>(snapshot.Members[1].Failure).Failure));
        Assert.Single(cluster.Calls, c => c == "m2 Status");
    }

    [Fact]
    public async Task One_that_is_not_named_is_asked_where_it_advertises()
    {
        var cluster = FakeCluster.Of(3);
        using var connections = new MemberConnections(cluster, new());

        var snapshot = await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync(cluster.Endpoints[..1], InspectionScope.Status, CancellationToken.None);

        Assert.Equal(["1", "2", "3"], snapshot.Statuses.Select(s => s.MemberId));
        Assert.Single(cluster.Calls, c => c == "m2 Status");
    }
}
