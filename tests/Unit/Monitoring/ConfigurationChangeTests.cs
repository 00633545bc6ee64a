using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What a change of the file means to a round under way, and to what is remembered of clusters.</summary>
public sealed class ConfigurationChangeTests : FileMonitorTests
{
    [Fact]
    public async Task A_change_in_a_round_lets_the_member_under_way_end_and_begins_no_other()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cluster.Members[1].OnDefragment = async token =>
        {
            await go.Task.WaitAsync(token);
            Cluster.Members[1].Finish();
        };
        Write(Fast);
        Begin();
        await UntilAsync(() => Cluster.Defragmented.Count == 1);
        await UntilAsync<RoundStarted>(stepSeconds: 0);
        Write("\"enabled\": false," + Fast);
        await UntilAsync(() => Time.GetUtcNow() > Of<RoundStarted>().Single().At.AddMinutes(2));
        go.SetResult();
        await UntilAsync<MonitorDisabled>();

        Assert.Single(Cluster.Defragmented);
        Assert.Single(Of<RoundInterrupted>());
        Assert.Contains(Of<RunEvent>(), e => e.Event is StepFinished { Result: { MemberId: "2", Outcome: EtcdDefragOutcome.Defragmented } });
    }

    [Fact]
    public async Task A_check_on_startup_that_a_change_interrupts_is_had_again()
    {
        const string Once = "\"checkInterval\": \"0s\", \"defragOnStartup\": true, \"policy\": { \"minDbSize\": 0 }";
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cluster.Members[1].OnDefragment = async token =>
        {
            await go.Task.WaitAsync(token);
            Cluster.Members[1].Finish();
        };
        Write(Once);
        Begin();
        await UntilAsync(() => Cluster.Defragmented.Count == 1);
        await UntilAsync<RoundStarted>(stepSeconds: 0);
        Write("\"moveLeader\": true," + Once);
        await UntilAsync(() => Time.GetUtcNow() > Of<RoundStarted>().Single().At.AddMinutes(2));
        go.SetResult();
        await UntilAsync<RoundSucceeded>();

        Assert.Single(Of<RoundInterrupted>());
        Assert.Equal([true, true], Of<RoundStarted>().Select(r => r.IsStartup));
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    [Fact]
    public async Task What_is_known_of_a_cluster_outlives_a_change()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        Write(Fast);
        Begin();
        await UntilAsync<RoundFailed>(2);
        Write("\"moveLeader\": true," + Fast);
        await UntilAsync<ConfigurationInForce>(2);
        await UntilAsync<ClusterDegraded>();

        Assert.Equal(3, Of<RoundFailed>().Count());
    }

    [Fact]
    public async Task A_cluster_that_is_taken_out_is_left_alone_and_one_that_is_put_in_is_watched()
    {
        Write(Fast);
        Begin();
        await UntilAsync<RoundSucceeded>();
        Replace($"{{ {Fast}, \"clusters\": [ {{ \"name\": \"other\", \"endpoints\": [\"{Cluster.Endpoints[0]}\"] }} ] }}");
        await UntilAsync<ConfigurationInForce>(2);
        await UntilAsync<NothingToDo>(2);

        Assert.Equal(["etcd", "other"], Of<ConfigurationInForce>().SelectMany(c => c.Clusters));
        Assert.All(Events.SkipWhile(e => e is not ConfigurationInForce { IsReload: true }).OfType<ClusterEvent>(), e => Assert.Equal("other", e.Cluster));
    }

    [Fact]
    public async Task A_degraded_cluster_that_was_taken_out_and_is_put_in_again_is_degraded_anew()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        Write(Fast);
        Begin();
        await UntilAsync<ClusterDegraded>();
        Replace($"{{ {Fast}, \"clusters\": [ {{ \"name\": \"other\", \"endpoints\": [\"{Cluster.Endpoints[0]}\"] }} ] }}");
        await UntilAsync<ConfigurationInForce>(2);
        Write(Fast);
        await UntilAsync<ConfigurationInForce>(3);
        await UntilAsync(() => Of<ClusterDegraded>().Count(d => d.Cluster == "etcd") == 2);

        Assert.Equal([1, 2, 3, 1, 2, 3], Of<RoundFailed>().Where(f => f.Cluster == "etcd").Select(f => f.Failures));
    }

    [Fact]
    public async Task The_policys_minimum_interval_outlives_a_clusters_being_taken_out()
    {
        var patient = Fast.Replace("\"minDbSize\": 0", "\"minDbSize\": 0, \"minInterval\": \"24h\"", StringComparison.Ordinal);
        Write(patient);
        Begin();
        await UntilAsync<RoundSucceeded>();
        Replace($"{{ {Fast}, \"clusters\": [ {{ \"name\": \"other\", \"endpoints\": [\"{Cluster.Endpoints[0]}\"] }} ] }}");
        await UntilAsync<ConfigurationInForce>(2);
        Write(patient);
        await UntilAsync<ConfigurationInForce>(3);
        Cluster.Members.ForEach(m => (m.DbSize, m.DbSizeInUse) = (100_000_000, 10_000_000));
        var rounds = Of<NothingToDo>().Count(n => n.Cluster == "etcd");
        await UntilAsync(() => Of<NothingToDo>().Count(n => n.Cluster == "etcd") > rounds);

        Assert.Single(Of<RoundSucceeded>(), r => r.Cluster == "etcd");
    }
}
