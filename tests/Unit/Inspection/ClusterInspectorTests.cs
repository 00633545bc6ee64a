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

    [Fact]
    public async Task A_shared_address_never_stands_for_a_member_whose_own_one_answers()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Shared = EtcdEndpoint.Parse("http://etcd:2379");
        cluster.SharedLeadsTo = () => cluster.Members[1];
        using var connections = new MemberConnections(cluster, new());

        var snapshot = await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync([cluster.Shared], InspectionScope.Status, CancellationToken.None);

        Assert.Equal(["http://m1:2379", "http://m2:2379", "http://m3:2379"], snapshot.Members.Select(m => m.Endpoint));
        Assert.Equal(["1", "2", "3"], snapshot.Statuses.Select(s => s.MemberId));
    }

    [Fact]
    public async Task Who_answers_at_a_shared_address_says_nothing_of_a_member_that_is_down()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Shared = EtcdEndpoint.Parse("http://etcd:2379");
        cluster.SharedLeadsTo = () => cluster.Members[1];
        cluster.Members[2].Down = EtcdFailure.Unreachable;
        using var connections = new MemberConnections(cluster, new());

        var snapshot = await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync([cluster.Shared], InspectionScope.Status, CancellationToken.None);

        Assert.Equal(EtcdFailure.Unreachable, Assert.IsType<EtcdException>(snapshot.Members[2].Failure).Failure);
        Assert.Equal(["1", "2"], snapshot.Statuses.Select(s => s.MemberId));
    }
}
