using System.Text.Json.Nodes;
using EtcdDefrag.Integration.PowerShell;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Cli;

/// <summary>A run as JSON: each line when it happens, and every line as the schema says.</summary>
public sealed class JsonRunTests
{
    [SkippableFact]
    public async Task In_the_middle_of_a_run_jq_has_read_what_has_happened()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        var last = cluster.Members[0];
        var gate = new TaskCompletionSource();
        last.On("Defragment", async (_, token) =>
        {
            await gate.Task.WaitAsync(token);
            last.State.Status.DbSize = last.State.Status.DbSizeInUse;
            return FakeReply.Message(new DefragmentResponse());
        });
        using var process = Command.StartInShell(
            $"command -v jq >/dev/null || {{ echo no-jq; exit; }}; etcd-defrag --endpoints {cluster.Endpoints[0]} --cluster -w json 2>/dev/null | jq --unbuffered -r .type; exit $PIPESTATUS");

        var types = new List<string>();
        while (types.LastOrDefault() != "defragmenting" || types.Count(t => t == "result") < 2)
        {
            var line = await process.StandardOutput.ReadLineAsync();
            Skip.If(line == "no-jq", "There is no jq here.");
            Assert.NotNull(line);
            types.Add(line);
        }

        await last.WaitForAsync("Defragment");
        Assert.False(process.HasExited);
        gate.SetResult();
        var rest = await Command.RunProgramAsync(process);

        Assert.Equal(0, rest.ExitCode);
        Assert.Equal(["result", "end"], rest.Output);
        Assert.Equal("inspected", types[0]);
    }

    [SkippableFact]
    public async Task The_documents_example_gives_a_line_for_each_member()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Find(), "docs", "output.md"));
        var example = text.Split("```sh\n")[1].Split("```")[0];

        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"command -v jq >/dev/null || {{ echo no-jq; exit; }}; export ETCD_DEFRAG_ENDPOINTS={cluster.Endpoints[0]}; {example}"));

        Skip.If(result.Output is ["no-jq"], "There is no jq here.");
        Assert.Equal(
            new[] { cluster.Endpoints[1], cluster.Endpoints[2], cluster.Endpoints[0] }.Select(e => $"{e}\tDefragmented\t{60 << 20}"), result.Output);
    }

    [Fact]
    public async Task Every_line_is_as_the_schema_says_and_every_type_of_it_was_seen()
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Find(), "docs", "output.schema.json")))!["$defs"]!.AsObject();
        var seen = new HashSet<string>();
        foreach (var line in await WriteAsync())
        {
            seen.Add(Check(JsonNode.Parse(line)!.AsObject(), schema));
        }

        Assert.Empty(schema.Select(d => d.Key).Except(seen));
    }

    /// <summary>Runs in which everything happens that has a line.</summary>
    private static async Task<IReadOnlyList<string>> WriteAsync()
    {
        var lines = new List<string>();
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.State.Alarms.Add(new AlarmMember { MemberID = cluster.Members[1].State.MemberId, Alarm = AlarmType.Nospace }));
        string[] call = ["--endpoints", cluster.Endpoints[0], "--cluster", "-w", "json"];
        foreach (string[] more in (string[][])
        [
            ["status"], ["health"], ["plan"], ["alarm", "list"], ["compact"], ["move-leader", "--dry-run"],
            ["snapshot", "save", "etcd.db", "--dry-run"],
            ["--compaction", "--compaction-retain=0", "--move-leader", "--auto-disalarm", "--wait-between-defrags=1ms"],
            ["--auto-disalarm", "--disalarm-threshold=0.001", "--dry-run=false"],
        ])
        {
            var flags = more is ["alarm" or "compact" or "move-leader" or "snapshot", ..] ? call.Where(f => f != "--cluster") : call;
            lines.AddRange((await InProcessCommand.RunAsync([.. more.TakeWhile(m => m[0] != '-'), .. flags, .. more.SkipWhile(m => m[0] != '-')])).Output);
        }

        lines.AddRange((await InProcessCommand.RunAsync(["usage", .. call.Where(f => f != "--cluster"), "--largest-keys=1"])).Output);
        string[] recover = ["recover", .. call.Where(f => f != "--cluster"), "--etcd-storage-quota-bytes=1"];
        lines.AddRange((await InProcessCommand.RunAsync([.. recover, "--dry-run"])).Output);
        lines.AddRange((await InProcessCommand.RunAsync(recover)).Output);
        cluster.Members[1].On("Defragment", FakeReply.Hang);
        lines.AddRange((await InProcessCommand.RunAsync([.. call, "--command-timeout=300ms"])).Output);
        cluster.Members[2].Network.RefuseNew = true;
        lines.AddRange((await InProcessCommand.RunAsync(["status", .. call])).Output);
        lines.AddRange((await InProcessCommand.RunAsync(call)).Output);
        lines.AddRange((await InProcessCommand.RunAsync(["snapshot", "status", typeof(JsonRunTests).Assembly.Location, "-w", "json"])).Output);
        return lines;
    }

    private static string Check(JsonObject line, JsonObject schema)
    {
        var type = (string)line["type"]!;
        var definition = schema[type] ?? throw new InvalidOperationException($"The schema does not know '{type}'.");
        var known = definition["properties"]!.AsObject();
        Assert.Empty(line.Select(p => p.Key).Except(known.Select(p => p.Key)));
        Assert.Empty(definition["required"]!.AsArray().Select(n => (string)n!).Except(line.Select(p => p.Key)));
        foreach (var (name, value) in line)
        {
            CheckValue($"{type}.{name}", value, known[name]!, schema);
        }

        return type;
    }

    private static void CheckValue(string name, JsonNode? value, JsonNode property, JsonObject schema)
    {
        if (property["$ref"] is { } reference)
        {
            Assert.Equal($"#/$defs/{Check(value!.AsObject(), schema)}", (string)reference!);
            return;
        }

        if (property["const"] is { } constant)
        {
            Assert.Equal((string)constant!, (string)value!);
            return;
        }

        var types = property["type"] is JsonArray several ? several.Select(t => (string)t!).ToArray() : [(string)property["type"]!];
        var actual = value switch
        {
            null => "null",
            JsonArray => "array",
            JsonObject => "object",
            _ => value.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.String => "string",
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
                _ when value.ToJsonString().Contains('.', StringComparison.Ordinal) => "number",
                _ => types.Contains("integer") ? "integer" : "number",
            },
        };
        Assert.True(types.Contains(actual), $"{name} is {actual}, and the schema says {string.Join(" or ", types)}.");
        foreach (var item in value as JsonArray ?? [])
        {
            CheckValue($"{name}[]", item, property["items"]!, schema);
        }
    }
}
