using System.Diagnostics.Metrics;
using EtcdDefrag.Cli.Monitoring.Metrics;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring.Metrics;

/// <summary>What the instruments say after a loop's own events.</summary>
public sealed class MonitorMetricsTests : MonitorTests
{
    private const string Member2 = "{cluster=\"one\",endpoint=\"http://m2:2379\",member=\"m2\"}";
    private const string Of2 = "{cluster=\"one\",endpoint=\"http://m2:2379\",member=\"m2\",outcome=\"";

    private static readonly char[] Separators = [',', ' ', '`'];

    private readonly MonitorMetrics _metrics = new();

    [Fact]
    public async Task A_round_shows_in_every_figure_of_its_cluster_and_members()
    {
        Cluster.Members[0].DbSizeInUse = 90_000_000;
        Start(Configuration);
        await UntilAsync<CheckScheduled>(2);
        var page = ReadPage();

        Assert.Equal(10_000_000, page["etcd_defrag_member_db_size_bytes" + Member2]);
        Assert.Equal(10_000_000, page["etcd_defrag_member_db_in_use_bytes" + Member2]);
        Assert.Equal(0, page["etcd_defrag_member_fragmented_ratio" + Member2]);
        Assert.Equal(0.1, page["etcd_defrag_member_fragmented_ratio{cluster=\"one\",endpoint=\"http://m1:2379\",member=\"m1\"}"], 6);
        Assert.Equal(90_000_000, page["etcd_defrag_reclaimed_bytes_total" + Member2]);
        Assert.Equal(1, page[$"etcd_defrag_defragmentations_total{Of2}defragmented\"}}"]);
        Assert.Equal(0, page[$"etcd_defrag_defragmentations_total{Of2}failed\"}}"]);
        Assert.Equal(0, page[$"etcd_defrag_defragmentations_total{Of2}unknown\"}}"]);

        var end = Of<RoundSucceeded>().Single();
        Assert.Equal(Unix(end.At), page["etcd_defrag_last_round_timestamp_seconds{cluster=\"one\"}"], 2);
        Assert.Equal(end.Took.TotalSeconds, page["etcd_defrag_last_round_duration_seconds{cluster=\"one\"}"], 6);
        Assert.Equal(1, page["etcd_defrag_last_round_result{cluster=\"one\",result=\"succeeded\"}"]);
        Assert.Equal(0, page["etcd_defrag_last_round_result{cluster=\"one\",result=\"failed\"}"]);
        Assert.Equal(1, page["etcd_defrag_rounds_total{cluster=\"one\",result=\"succeeded\"}"]);
        Assert.Equal(0, page["etcd_defrag_rounds_total{cluster=\"one\",result=\"failed\"}"]);
        Assert.Equal(0, page["etcd_defrag_cluster_degraded{cluster=\"one\"}"]);
        Assert.Equal(Unix(Of<CheckScheduled>().Last().DueAt!.Value), page["etcd_defrag_next_check_timestamp_seconds{cluster=\"one\"}"], 2);

        var result = Of<RunEvent>().Select(e => e.Event).OfType<StepFinished>().Single(f => f.Result is { Name: "m2", StartedAt: not null }).Result;
        Assert.Equal(Unix(result.StartedAt!.Value), page["etcd_defrag_member_last_defragmentation_timestamp_seconds" + Member2], 2);
        Assert.Equal(result.Duration.TotalSeconds, page["etcd_defrag_member_last_defragmentation_duration_seconds" + Member2], 6);
        Assert.DoesNotContain(page.Keys, k => k.StartsWith("etcd_defrag_member_last_", StringComparison.Ordinal) && k.Contains("m1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_rounds_are_counted_and_the_cluster_is_degraded_until_it_recovers()
    {
        Cluster.Members[1].Down = EtcdFailure.Unreachable;
        Start(Configuration);
        await UntilAsync<ClusterDegraded>();
        var bad = ReadPage();
        Cluster.Members[1].Down = null;
        await UntilAsync<ClusterRecovered>();
        var good = ReadPage();

        Assert.Equal((1.0, 0.0), (bad["etcd_defrag_cluster_degraded{cluster=\"one\"}"], good["etcd_defrag_cluster_degraded{cluster=\"one\"}"]));
        Assert.Equal(3, bad["etcd_defrag_rounds_total{cluster=\"one\",result=\"failed\"}"]);
        Assert.Equal(1, bad["etcd_defrag_last_round_result{cluster=\"one\",result=\"failed\"}"]);
        Assert.Equal(0, good["etcd_defrag_last_round_result{cluster=\"one\",result=\"failed\"}"]);
        Assert.DoesNotContain("etcd_defrag_member_db_size_bytes" + Member2, bad.Keys);
        Assert.Contains("etcd_defrag_member_db_size_bytes" + Member2, good.Keys);
    }

    [Fact]
    public void The_configurations_state_is_shown_and_a_cluster_that_is_in_it_no_more_is_not()
    {
        var at = DateTimeOffset.UnixEpoch;
        _metrics.Observe(new ConfigurationInForce(at, "file", IsReload: false, ["old", "both"]));
        _metrics.Observe(new RoundFailed(at, "both", TimeSpan.Zero, "why", 1, 3));
        _metrics.Observe(new ConfigurationRefused(at, "file", [new ConfigurationProblem("file", 1, "", "bad")]));
        var refused = ReadValues();
        _metrics.Observe(new ConfigurationInForce(at, "file", IsReload: true, ["both", "new"]));
        _metrics.Observe(new MonitorDisabled(at));
        var disabled = ReadValues();
        _metrics.Observe(new ConfigurationMissing(at, "file"));
        _metrics.Observe(new MonitorEnabled(at));

        Assert.Equal((0.0, 1.0), (refused["etcd_defrag_configuration_valid"], refused["etcd_defrag_monitor_enabled"]));
        Assert.Equal((1.0, 0.0), (disabled["etcd_defrag_configuration_valid"], disabled["etcd_defrag_monitor_enabled"]));
        Assert.Equal((0.0, 1.0), (ReadValues()["etcd_defrag_configuration_valid"], ReadValues()["etcd_defrag_monitor_enabled"]));
        _metrics.Observe(new ConfigurationUnchanged(at, "file"));
        Assert.Equal(1.0, ReadValues()["etcd_defrag_configuration_valid"]);
        Assert.Contains("etcd_defrag_cluster_degraded{cluster=\"old\"}", refused.Keys);
        Assert.DoesNotContain(disabled.Keys, k => k.Contains("old", StringComparison.Ordinal));
        Assert.Contains("etcd_defrag_cluster_degraded{cluster=\"new\"}", disabled.Keys);
        Assert.Equal(1, disabled["etcd_defrag_rounds_total{cluster=\"both\",result=\"failed\"}"]);
    }

    [Fact]
    public void Names_in_clusters_and_members_cannot_break_the_page()
    {
        _metrics.Observe(new ConfigurationInForce(DateTimeOffset.UnixEpoch, "", IsReload: false, ["a\"b\\c\nd} 1", "å"]));

        Assert.Contains("etcd_defrag_cluster_degraded{cluster=\"a\"b\\c\nd} 1\"}", ReadValues().Keys);
        Assert.Contains("etcd_defrag_cluster_degraded{cluster=\"å\"}", ReadValues().Keys);
    }

    [Fact]
    public void Monitors_of_one_process_do_not_get_into_each_others_pages()
    {
        using var other = new MonitorMetrics();
        other.Observe(new ConfigurationInForce(DateTimeOffset.UnixEpoch, "", IsReload: false, ["elsewhere"]));

        Assert.DoesNotContain("elsewhere", PrometheusPage.Write(_metrics.Meter), StringComparison.Ordinal);
        Assert.Contains("elsewhere", PrometheusPage.Write(other.Meter), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_listener_finds_the_instruments_by_the_meters_name()
    {
        var found = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "EtcdDefrag" && ReferenceEquals(instrument.Meter, _metrics.Meter))
            {
                found.Add($"{instrument.Name} {instrument.Unit}");
            }
        };
        listener.Start();

        Assert.Equal(16, found.Count);
        Assert.All(found, n => Assert.StartsWith("etcd_defrag.", n, StringComparison.Ordinal));
        Assert.Contains("etcd_defrag.member.db.size By", found);
    }

    [Fact]
    public async Task Documentation_names_every_metric_with_its_type_and_labels()
    {
        Start(Configuration);
        await UntilAsync<CheckScheduled>(2);
        var text = Observed();
        var page = ExpositionPage.Read(text);
        var rows = (await File.ReadAllLinesAsync(Repository.PathOf("docs", "monitoring.md")))
            .Where(l => l.StartsWith("| `etcd_defrag_", StringComparison.Ordinal)).Select(l => l.Split('|')).ToArray();

        Assert.Equal(page.Types.Keys.Order(), rows.Select(r => r[1].Trim(' ', '`')).Order());
        Assert.All(rows, r => Assert.Equal(page.Types[r[1].Trim(' ', '`')], r[2].Trim()));
        Assert.All(rows, r => Assert.Equal(
            r[3].Split(Separators, StringSplitOptions.RemoveEmptyEntries).Order(), LabelsOf(page, r[1].Trim(' ', '`')).Order()));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _metrics.Dispose();
    }

    /// <summary>The labels of a metric; those of members for the quota, which members in memory do not tell.</summary>
    private static IEnumerable<string> LabelsOf(ExpositionPage page, string metric)
    {
        var series = page.Samples.Keys.FirstOrDefault(k => k == metric || k.StartsWith(metric + "{", StringComparison.Ordinal)) ?? metric + Member2;
        return series.Split('{', ',').Skip(1).Select(l => l.Split('=')[0]);
    }

    private string Observed()
    {
        foreach (var monitorEvent in Events)
        {
            _metrics.Observe(monitorEvent);
        }

        return PrometheusPage.Write(_metrics.Meter);
    }

    private static double Unix(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>The page of a monitor that has seen everything up to now.</summary>
    private IReadOnlyDictionary<string, double> ReadPage()
    {
        using var metrics = new MonitorMetrics();
        foreach (var monitorEvent in Events)
        {
            metrics.Observe(monitorEvent);
        }

        return ExpositionPage.Read(PrometheusPage.Write(metrics.Meter)).Samples;
    }

    private IReadOnlyDictionary<string, double> ReadValues() => ExpositionPage.Read(PrometheusPage.Write(_metrics.Meter)).Samples;
}
