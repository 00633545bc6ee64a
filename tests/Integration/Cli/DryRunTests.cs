using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

/// <summary>A dry run, by flag or variable, changes nothing, whatever the command.</summary>
public sealed class DryRunTests
{
    private static readonly string[] Changing = ["Defragment", "Compact", "MoveLeader", "Txn", "LeaseGrant"];

    private static readonly Around Variable = new() { Variables = new() { ["ETCD_DEFRAG_DRY_RUN"] = "true" } };

    [Theory]
    [InlineData(0, "")]
    [InlineData(0, "--cluster", "--compaction", "--compaction-retain=0", "--auto-disalarm", "--move-leader")]
    [InlineData(0, "compact", "--compaction-retain=0")]
    [InlineData(0, "compact", "1")]
    [InlineData(1, "compact", "2000000")]
    [InlineData(0, "alarm", "disarm", "fake2")]
    [InlineData(0, "alarm", "disarm", "fake1")]
    public async Task The_variable_holds_for_every_command_that_changes_something(int exitCode, params string[] command)
    {
        await using var cluster = await StartAsync();

        var result = await InProcessCommand.RunAsync(Variable, [.. command.Where(c => c.Length > 0), "--endpoints", cluster.Endpoints[0]]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Contains(result.Output, l => l.Contains("dry run", StringComparison.OrdinalIgnoreCase));
        AssertUntouched(cluster);
    }

    [Theory]
    [InlineData("--dry-run", "compact", "--compaction-retain=0")]
    [InlineData("compact", "--compaction-retain=0", "--dry-run")]
    [InlineData("--dry-run", "alarm", "disarm", "fake2")]
    [InlineData("alarm", "disarm", "fake2", "--dry-run")]
    public async Task The_flag_counts_before_the_subcommand_and_behind_it(params string[] arguments)
    {
        await using var cluster = await StartAsync();

        var result = await InProcessCommand.RunAsync(["--endpoints", cluster.Endpoints[0], .. arguments]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("Dry run: ", Assert.Single(result.Output), StringComparison.Ordinal);
        AssertUntouched(cluster);
    }

    [Theory]
    [InlineData("compact", "compaction", "Dry run: ENDPOINT would be asked to compact up to revision 990.")]
    [InlineData("alarm disarm fake2", "disarm", "Dry run: its NOSPACE alarm would be cleared.")]
    public async Task What_would_be_done_is_said(string command, string type, string reason)
    {
        await using var cluster = await StartAsync();

        var json = await InProcessCommand.RunAsync([.. command.Split(' '), "--dry-run", "-wjson", "--endpoints", cluster.Endpoints[0], .. command == "compact" ? ["--compaction-retain=10"] : Array.Empty<string>()]);

        var line = JsonNode.Parse(Assert.Single(json.Output))!;
        Assert.Equal((type, true), ((string?)line["type"], (bool)line["isDryRun"]!));
        Assert.Equal(reason.Replace("ENDPOINT", cluster.Endpoints[0], StringComparison.Ordinal), (string?)line["reason"]);
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("plan")]
    public async Task A_compaction_that_would_come_first_is_said(string what)
    {
        await using var cluster = await StartAsync();
        string[] call = [what, "--endpoints", cluster.Endpoints[0], "--cluster", "--compaction", "--compaction-retain=10"];

        var simple = await InProcessCommand.RunAsync(call);
        var json = await InProcessCommand.RunAsync([.. call, "-wjson"]);
        var table = await InProcessCommand.RunAsync([.. call, "-wtable"]);

        var reason = $"Dry run: {cluster.Endpoints[0]} would be asked to compact up to revision 990.";
        Assert.Single(simple.Error, l => l.EndsWith(reason, StringComparison.Ordinal));
        Assert.DoesNotContain(simple.Error, l => l.Contains("Skip compaction", StringComparison.Ordinal));
        var compaction = json.Output.Select(l => JsonNode.Parse(l)!).Single(l => (string?)l["type"] == "compaction");
        Assert.Equal((reason, true), ((string?)compaction["reason"], (bool)compaction["isDryRun"]!));
        Assert.DoesNotContain(table.Output, l => l.Contains("REVISION", StringComparison.Ordinal));
        AssertUntouched(cluster);
    }

    [Fact]
    public async Task An_alarm_that_would_be_cleared_is_said()
    {
        await using var cluster = await StartAsync();

        var result = await InProcessCommand.RunAsync("--dry-run", "--endpoints", cluster.Endpoints[0], "--cluster", "--auto-disalarm");

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Error, l => l.EndsWith(
            "Skipping auto-disalarm: Dry run: NOSPACE of fake2 (a2) would be cleared if every member is below 0.9 of its quota by then.", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("which this run does not do", StringComparison.Ordinal));
        AssertUntouched(cluster);
    }

    [Fact]
    public async Task In_a_dry_run_JSON_tells_those_that_would_be_defragmented_from_those_that_would_not()
    {
        await using var cluster = await StartAsync();
        cluster.Members[2].State.Status.DbSizeInUse = cluster.Members[2].State.Status.DbSize;

        var result = await InProcessCommand.RunAsync("--endpoints", cluster.Endpoints[0], "--cluster", "--dry-run", "--defrag-rule=dbSizeFree > 1M", "-wjson");

        var results = result.Output.Select(l => JsonNode.Parse(l)!).Where(l => (string?)l["type"] == "result").ToArray();
        Assert.All(results, r => Assert.Equal("Skipped", (string?)r["outcome"]));
        Assert.Equal(
            [(cluster.Endpoints[0], true), (cluster.Endpoints[1], true), (cluster.Endpoints[2], false)],
            results.Select(r => ((string)r["endpoint"]!, (bool)r["isDryRun"]!)).OrderBy(r => Array.IndexOf([.. cluster.Endpoints], r.Item1)));
        AssertUntouched(cluster);
    }

    internal static void AssertUntouched(FakeCluster cluster)
    {
        Assert.NotEmpty(cluster.Members[0].Calls);
        Assert.DoesNotContain(cluster.Members.SelectMany(m => m.Calls), c => Changing.Contains(c.Method));
        Assert.All(
            cluster.Members.SelectMany(m => m.CallsOf("Alarm")),
            c => Assert.Equal(AlarmRequest.Types.AlarmAction.Get, c.Read(AlarmRequest.Parser).Action));
    }

    /// <summary>Three members at revision 1000, the second of which has a NOSPACE alarm.</summary>
    private static async Task<FakeCluster> StartAsync()
    {
        var cluster = await FakeCluster.StartAsync(3);
        foreach (var member in cluster.Members)
        {
            member.State.Status.Header.Revision = 1000;
            member.State.Alarms.Add(new AlarmMember { MemberID = cluster.Members[1].State.MemberId, Alarm = AlarmType.Nospace });
        }

        return cluster;
    }
}
