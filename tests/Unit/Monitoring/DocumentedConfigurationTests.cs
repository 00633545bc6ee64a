using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>What docs/monitor.schema.json and docs/monitoring.md say is what the reader does.</summary>
public sealed class DocumentedConfigurationTests
{
    private const string Endpoints = "\"endpoints\": [\"10.0.0.1\"]";

    private static readonly JsonNode Schema = JsonNode.Parse(File.ReadAllText(PathOf("monitor.schema.json")))!;

    private static readonly (string Heading, string[] Path, IReadOnlyList<string> Names)[] Objects =
    [
        ("## The file", [], Sections.Whole.Names),
        ("### `policy`", ["policy"], Sections.Policy.Names),
        ("### `connection`", ["connection"], Sections.Connection.Names),
        ("### `windows`", ["windows", "items"], Sections.Window.Names),
        ("", ["clusters", "items"], Sections.Cluster.Names),
    ];

    [Fact]
    public void The_schema_has_the_readers_keys_and_no_other() => Assert.All(Objects, one =>
        Assert.Equal(one.Names.Order(), Properties(one.Path).Select(p => p.Key).Where(k => k != "$schema").Order()));

    [Fact]
    public void Every_key_is_described() => Assert.All(Objects, one =>
        Assert.All(Properties(one.Path), p => Assert.True(Resolve(p.Value!)["description"]?.GetValue<string>().Length > 10, p.Key)));

    [Fact]
    public void A_default_of_the_schema_changes_nothing_and_what_it_requires_is_required()
    {
        var seen = 0;
        foreach (var (_, path, _) in Objects.Where(o => !o.Path.Contains("items")))
        {
            foreach (var (key, schema) in Properties(path).Where(p => p.Value!.AsObject().ContainsKey("default")))
            {
                var member = $"\"{key}\": {schema!["default"]?.ToJsonString() ?? "null"}";
                var text = path.Length == 0 ? $"{{ {Endpoints}, {member} }}" : $"{{ {Endpoints}, \"{path[0]}\": {{ {member} }} }}";
                Assert.Equal(Show(Read($"{{ {Endpoints} }}")), Show(Read(text)).Replace("\"MinInterval\":\"00:00:00\"", "\"MinInterval\":null", StringComparison.Ordinal));
                seen++;
            }
        }

        var plain = Read($"{{ {Endpoints}, \"windows\": [{{ \"from\": \"01:00\", \"to\": \"02:00\" }}] }}");
        var said = Read($"{{ {Endpoints}, \"windows\": [{{ \"from\": \"01:00\", \"to\": \"02:00\", \"timeZone\": \"UTC\", \"days\": {Properties(["windows", "items"])["days"]!["default"]!.ToJsonString()} }}] }}");
        Assert.Equal(plain.Windows.Single().Days.Order(), said.Windows.Single().Days.Order());
        Assert.Equal(plain.Windows.Single().TimeZone, said.Windows.Single().TimeZone);
        Assert.Equal("UTC", Properties(["windows", "items"])["timeZone"]!["default"]!.GetValue<string>());
        Assert.True(seen >= 20, $"{seen} defaults were seen.");
    }

    [Fact]
    public void The_tables_name_every_key_with_the_schemas_default()
    {
        foreach (var (heading, path, _) in Objects.Where(o => !o.Path.Contains("items")))
        {
            var rows = Table(heading).ToDictionary(r => r[0], r => r[^1], StringComparer.Ordinal);
            Assert.Equal(Properties(path).Select(p => p.Key).Where(k => k != "$schema").Order(), rows.Keys.SelectMany(Split).Order());
            foreach (var (keys, defaults) in rows.Where(r => r.Value.StartsWith('`')))
            {
                Assert.Equal(Split(keys).Select(k => Properties(path)[k]!["default"]?.ToJsonString() ?? "null"), Split(defaults));
            }
        }
    }

    [Fact]
    public void Every_example_can_be_used()
    {
        var examples = File.ReadAllText(PathOf("monitoring.md")).Split("```json").Skip(1).Select(e => e.Split("```")[0]).ToArray();
        Assert.Equal(3, examples.Length);
        Assert.All(examples, e => Read(e));
        Assert.Equal(45, Read(examples[0]).Policy.MaxFragmentedPercentage);
        Assert.Equal((2, TimeSpan.FromDays(1)), (Read(examples[1]).Windows.Count, Read(examples[1]).Policy.MinInterval));
        Assert.Equal(["production", "edge"], Read(examples[2]).Clusters.Select(c => c.Name));
    }

    [Fact]
    public void The_problem_that_is_shown_is_the_one_that_is_told()
    {
        var problems = ConfigurationReader.Read(Encoding.UTF8.GetBytes($"{{\n{Endpoints},\n\"checkIntervall\": \"5m\" }}"), "/etc/etcd-defrag/monitor.json", out _);
        Assert.Contains($"{problems.Single()}\n", File.ReadAllText(PathOf("monitoring.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_event_is_in_the_table_and_nothing_else_is()
    {
        var events = typeof(MonitorEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(MonitorEvent)) && !t.IsAbstract).Select(t => t.Name);
        Assert.Equal(events.Order(), Table("## Events").SelectMany(r => Split(r[0])).Order());
    }

    private static MonitorConfiguration Read(string text)
    {
        Assert.Empty(ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), "example", out var configuration));
        return configuration!;
    }

    private static string Show(MonitorConfiguration configuration) => JsonSerializer.Serialize(configuration);

    private static JsonObject Properties(string[] path)
    {
        var at = path.Aggregate(Schema, (node, key) => Resolve(key == "items" ? node["items"]! : node["properties"]![key]!));
        return at["properties"]!.AsObject();
    }

    private static JsonNode Resolve(JsonNode node) =>
        node["$ref"] is { } reference && !node.AsObject().ContainsKey("description") ? Schema["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]! : node;

    private static string[] Split(string cell) => [.. cell.Split(", ").Select(c => c.Trim('`'))];

    private static IEnumerable<string[]> Table(string heading) => File.ReadAllLines(PathOf("monitoring.md"))
        .SkipWhile(line => line != heading)
        .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line[1..^1].Split(" |").Select(c => c.Trim()).ToArray());

    private static string PathOf(string document)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EtcdDefrag.psd1")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException($"No EtcdDefrag.psd1 above {AppContext.BaseDirectory}."), "docs", document);
    }
}
