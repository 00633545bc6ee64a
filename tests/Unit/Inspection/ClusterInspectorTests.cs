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

    [Theory]
    [InlineData(true, "Status", false)]
    [InlineData(false, "Status", true)]
    [InlineData(true, "Metrics", true)]
    [InlineData(true, "Health", true)]
    public async Task Metrics_are_read_for_a_status_only_where_it_does_not_say_the_quota(bool saysQuota, string scope, bool isRead)
    {
        var cluster = FakeCluster.Of(1);
        cluster.Members[0].SaysQuota = saysQuota;
        using var connections = new MemberConnections(cluster, new());

        await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync(cluster.Endpoints, Enum.Parse<InspectionScope>(scope), CancellationToken.None);

        Assert.Equal(isRead, cluster.Calls.Contains("m1 Metrics"));
    }

    [Fact]
    public async Task From_the_second_look_on_all_members_are_asked_at_once()
    {
        var cluster = FakeCluster.Of(3);
        using var connections = new MemberConnections(cluster, new());
        var inspector = new ClusterInspector(connections, new FakeTime());
        await inspector.InspectClusterAsync(cluster.Endpoints[..1], InspectionScope.Health, CancellationToken.None);
        cluster.Calls.Clear();

        var snapshot = await inspector.InspectClusterAsync(cluster.Endpoints[..1], InspectionScope.Health, CancellationToken.None);

        Assert.Equal(["1", "2", "3"], snapshot.Statuses.Select(s => s.MemberId));
        Assert.Equal(["m1", "m2", "m3"], cluster.Calls.Where(c => c.EndsWith(" Status", StringComparison.Ordinal)).Select(c => c[..2]).Order(StringComparer.Ordinal));
        Assert.True(cluster.Calls.IndexOf("m3 Status") < cluster.Calls.IndexOf("m1 MemberList"), "It waited for the list of the first member.");
    }

    [Fact]
    public async Task A_member_that_was_removed_since_the_last_look_is_no_part_of_the_next()
    {
        var cluster = FakeCluster.Of(3);
        using var connections = new MemberConnections(cluster, new());
        var inspector = new ClusterInspector(connections, new FakeTime());
        await inspector.InspectClusterAsync(cluster.Endpoints[..1], InspectionScope.Status, CancellationToken.None);
        cluster.Members[0].ListedIds = ["1", "2"];
        cluster.Members[2].Down = EtcdFailure.TimedOut;

        var snapshot = await inspector.InspectClusterAsync(cluster.Endpoints[..1], InspectionScope.Status, CancellationToken.None);

        Assert.Equal(["1", "2"], snapshot.Members.Select(m => m.MemberId));
        Assert.All(snapshot.Members, m => Assert.Null(m.Failure));
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

    [Theory]
    [InlineData("2", null)]
    [InlineData("1", "http://m2:2379 gives the metrics of member 1, not of 2, which answers at http://m2:2379.")]
    public async Task Metrics_of_another_member_count_as_unread(string id, string? problem)
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[1].Metrics = cluster.Members[1].Metrics! with { MemberId = id };
        using var connections = new MemberConnections(cluster, new());

        var snapshot = await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync(cluster.Endpoints, InspectionScope.Status, CancellationToken.None);

        Assert.Equal(problem is null, snapshot.Members[1].Metrics is not null);
        Assert.Equal(problem is null, snapshot.Members[1].Status!.DbQuota is not null);
        Assert.Equal(problem is null ? [] : [problem], snapshot.MetricsProblems);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Metrics_that_are_not_where_they_were_said_to_be_are_a_problem(bool wereNamed)
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[1].Metrics = null;
        using var connections = new MemberConnections(cluster, new() { MetricsEndpoints = wereNamed ? new EtcdMetricsEndpoints(["http://{host}:2381"]) : null });

        var snapshot = await new ClusterInspector(connections, new FakeTime()).InspectClusterAsync(cluster.Endpoints, InspectionScope.Status, CancellationToken.None);

        Assert.Null(snapshot.Members[1].Metrics);
        Assert.Equal(wereNamed ? 1 : 0, snapshot.MetricsProblems.Count());
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
