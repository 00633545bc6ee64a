using System.Collections.Concurrent;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>Several clusters go side by side, up to a limit; the members of one never do, and its rounds never overlap.</summary>
public sealed class ManyClustersTests : MonitorTests
{
    private readonly Dictionary<string, FakeCluster> _clusters = new(StringComparer.Ordinal) { ["a"] = FakeCluster.Of(3), ["b"] = FakeCluster.Of(3), ["c"] = FakeCluster.Of(3) };
    private readonly object _gate = new();
    private readonly Dictionary<FakeCluster, int> _atWork = [];

    private protected override IEnumerable<FakeCluster> Watched => _clusters.Values;
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _mostMembers;
    private int _mostClusters;

    public ManyClustersTests()
    {
        foreach (var cluster in _clusters.Values)
        {
            cluster.Members.ForEach(m => m.OnDefragment = token => WorkAsync(cluster, m, token));
        }
    }

    [Fact]
    public async Task Two_clusters_side_by_side_and_the_third_when_one_has_ended()
    {
        Start(Configuration with { Clusters = Clusters, MaxClustersAtOnce = 2, PauseBetweenMembers = TimeSpan.Zero }, new ByHost(_clusters));
        await UntilAsync(() => Count() == 2, what: "two clusters at work");
        await UntilAsync<RoundStarted>(2, stepSeconds: 0);
        await UntilAsync(() => Time.GetUtcNow() > Of<CheckScheduled>().First().DueAt!.Value.AddMinutes(1));
        Assert.Equal(2, Of<RoundStarted>().Count());
        _go.SetResult();
        await UntilAsync<RoundSucceeded>(3);

        Assert.Equal((1, 2), (_mostMembers, _mostClusters));
        Assert.Equal(["a", "b", "c"], Of<RoundSucceeded>().Select(r => r.Cluster).Order());
        Assert.All(Of<RoundSucceeded>(), r => Assert.Equal(3, r.Defragmented));
    }

    [Fact]
    public async Task No_two_clusters_share_a_connector_for_it_would_show_the_token_of_one_to_the_other()
    {
        _go.SetResult();
        var made = new List<ByHost>();
        Start(Configuration with { Clusters = Clusters, DefragOnStartup = true }, () =>
        {
            var connector = new ByHost(_clusters);
            lock (_gate)
            {
                made.Add(connector);
            }

            return connector;
        });
        await UntilAsync<RoundSucceeded>(3);

        lock (_gate)
        {
            Assert.All(made, c => Assert.Single(c.Hosts.Keys.Select(h => h[..1]).Distinct()));
            Assert.Equal(["a", "b", "c"], made.Select(c => c.Hosts.Keys.First()[..1]).Distinct().Order());
        }
    }

    [Fact]
    public async Task A_cluster_that_fails_does_not_touch_what_is_known_of_the_others()
    {
        _go.SetResult();
        _clusters["a"].Members[0].Down = EtcdFailure.Unreachable;
        Start(Configuration with { Clusters = Clusters }, new ByHost(_clusters));
        await UntilAsync<ClusterDegraded>();

        Assert.Equal("a", Of<ClusterDegraded>().Single().Cluster);
        Assert.All(Of<RoundFailed>(), f => Assert.Equal("a", f.Cluster));
        Assert.Contains(Of<RoundSucceeded>(), r => r.Cluster == "b");
    }

    [Fact]
    public async Task A_round_that_lasts_longer_than_the_interval_is_followed_by_one_a_whole_interval_later()
    {
        Start(Configuration with { Clusters = Clusters[..1], CheckInterval = TimeSpan.FromSeconds(5) }, new ByHost(_clusters));
        await UntilAsync(() => Count() == 1, stepSeconds: 1, what: "a member at work");
        await UntilAsync<RoundStarted>(stepSeconds: 0);
        await UntilAsync(() => Time.GetUtcNow() > Of<RoundStarted>().First().At.AddSeconds(40), stepSeconds: 1);
        Assert.Single(Of<RoundStarted>());
        _go.SetResult();
        await UntilAsync<RoundStarted>(2, stepSeconds: 1);

        var (end, next) = (Events.OfType<RoundCompleted>().First(), Of<RoundStarted>().ElementAt(1));
        Assert.True(next.At - end.At >= TimeSpan.FromSeconds(5), $"{end} {next}");
        Assert.Equal(1, _mostMembers);
    }

    private MonitoredCluster[] Clusters =>
        [.. _clusters.Keys.Select(k => new MonitoredCluster { Name = k, Endpoints = [EtcdEndpoint.Parse($"http://{k}-m1:2379")] })];

    private int Count()
    {
        lock (_gate)
        {
            return _atWork.Count(c => c.Value > 0);
        }
    }

    private async Task WorkAsync(FakeCluster cluster, FakeCluster.FakeMember member, CancellationToken token)
    {
        lock (_gate)
        {
            _atWork[cluster] = _atWork.GetValueOrDefault(cluster) + 1;
            _mostMembers = Math.Max(_mostMembers, _atWork[cluster]);
            _mostClusters = Math.Max(_mostClusters, _atWork.Count(c => c.Value > 0));
        }

        await _go.Task.WaitAsync(token);
        lock (_gate)
        {
            member.Finish();
            _atWork[cluster]--;
        }
    }

    /// <summary>Leads the address a-m1 to the cluster a; what the cluster itself advertises has the same name in every cluster.</summary>
    private sealed class ByHost : IEtcdConnector
    {
        private readonly Dictionary<string, FakeCluster> _clusters;

        public ByHost(Dictionary<string, FakeCluster> clusters)
        {
            _clusters = clusters;
            foreach (var (name, cluster) in clusters)
            {
                cluster.Members.ForEach(m => m.Advertised = EtcdEndpoint.Parse($"http://{name}-{m.Name}:2379"));
            }
        }

        public ConcurrentDictionary<string, bool> Hosts { get; } = new();

        public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options)
        {
            Hosts[endpoint.Host] = true;
            return _clusters[endpoint.Host[..1]].Connect(endpoint, options);
        }
    }
}
