using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtcdDefrag.Cli.Monitoring.Metrics;
using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Unit.Monitoring.Metrics;
using EtcdDefrag.Unit.Support;
using YamlDotNet.RepresentationModel;

namespace EtcdDefrag.Unit.Examples;

/// <summary>The alerts and the dashboard ask for metrics that there are.</summary>
public sealed partial class WatchingTests
{
    private static readonly string[] Known = KnownMetrics();

    private static string Dashboard => File.ReadAllText(Repository.PathOf("examples", "grafana", "grafana-dashboard.json"));

    private static string Alerts => File.ReadAllText(Repository.PathOf("examples", "prometheus", "prometheus-alerts.yaml"));

    [Fact]
    public void Every_metric_in_them_is_one_of_the_meters_and_every_important_one_is_in_them()
    {
        string[] asked = [.. Named(Alerts), .. Named(Dashboard)];
        Assert.Empty(asked.Except(Known));
        Assert.Empty(Known.Except(asked));
    }

    [Fact]
    public void Every_label_value_that_is_asked_for_is_one_that_is_given()
    {
        var values = LabelValue().Matches(Alerts).Select(m => $"{m.Groups["label"]} {m.Groups["value"]}").Distinct().ToArray();
        Assert.Equal(["result failed", "result postponed", "outcome unknown"], values);
    }

    [Fact]
    public void Every_alert_has_what_prometheus_and_a_reader_need()
    {
        var groups = (YamlSequenceNode)YamlExample.Read("prometheus", "prometheus-alerts.yaml").Single()["groups"];
        var rules = groups.SelectMany(g => (YamlSequenceNode)g["rules"]).Cast<YamlMappingNode>().ToArray();

        Assert.Equal(10, rules.Select(r => r.TextAt("alert")).Distinct(StringComparer.Ordinal).Count());
        Assert.All(rules, r =>
        {
            Assert.Empty(r.Children.Keys.Select(k => $"{k}").Except(["alert", "expr", "for", "labels", "annotations"]));
            Assert.Contains(r.TextAt("labels", "severity"), new[] { "info", "warning", "critical" });
            Assert.NotEmpty(r.TextAt("annotations", "summary"));
            Assert.NotEmpty(r.TextAt("annotations", "description"));
            Assert.True(IsBalanced(r.TextAt("expr")), r.TextAt("expr"));
        });
    }

    [Fact]
    public void Every_panel_of_the_dashboard_asks_something_and_none_lies_on_another()
    {
        var panels = JsonNode.Parse(Dashboard)!["panels"]!.AsArray().Select(p => p!).ToArray();
        Assert.Equal(panels.Length, panels.Select(p => (int)p["id"]!).Distinct().Count());
        Assert.All(panels, p => Assert.All(p["targets"]!.AsArray(), t => Assert.True(IsBalanced((string)t!["expr"]!), (string)t["expr"]!)));
        Assert.All(panels, p => Assert.NotEmpty(p["targets"]!.AsArray()));

        var cells = panels.SelectMany(CellsOf).ToArray();
        Assert.Equal(cells.Length, cells.Distinct().Count());
        Assert.All(cells, c => Assert.InRange(c.X, 0, 23));
    }

    private static IEnumerable<(int X, int Y)> CellsOf(JsonNode panel)
    {
        int Of(string key) => (int)panel["gridPos"]![key]!;
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }

    private static bool IsBalanced(string expression)
    {
        var open = new Stack<char>();
        foreach (var character in expression)
        {
            if ("([{".Contains(character, StringComparison.Ordinal))
            {
                open.Push(character);
            }
            else if (")]}".IndexOf(character, StringComparison.Ordinal) is >= 0 and var kind && (open.Count == 0 || open.Pop() != "([{"[kind]))
            {
                return false;
            }
        }

        return open.Count == 0;
    }

    private static IEnumerable<string> Named(string text) => MetricName().Matches(text).Select(m => m.Value).Distinct();

    private static string[] KnownMetrics()
    {
        using var metrics = new MonitorMetrics();
        return [.. ExpositionPage.Read(PrometheusPage.Write(metrics.Meter)).Types.Keys];
    }

    [GeneratedRegex(@"\betcd_defrag_[a-z_]+", RegexOptions.None, 10_000)]
    private static partial Regex MetricName();

    [GeneratedRegex("[{,](?<label>\\w+)=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex LabelValue();
}
