using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

/// <summary><c>plan</c> is told by the same flags and variables as the run that it foretells, and ends as that would.</summary>
public sealed class PlanCommandTests
{
    [Theory]
    [InlineData("ETCD_DEFRAG_CONTINUE_ON_ERROR", "yes", "ETCD_DEFRAG_CONTINUE_ON_ERROR 'yes' is neither true nor false")]
    [InlineData("ETCD_DEFRAG_SETTLE_TIMEOUT", "1200h", "ETCD_DEFRAG_SETTLE_TIMEOUT '1200h' is too long")]
    [InlineData("ETCD_DEFRAG_SKIP_HEALTHCHECK_CLUSTER_ENDPOINTS", "true", "ETCD_DEFRAG_SKIP_HEALTHCHECK_CLUSTER_ENDPOINTS and --cluster are mutually exclusive")]
    [InlineData("ETCD_DEFRAG_POLICY", "Balanced", "ETCD_DEFRAG_POLICY and --defrag-rule are mutually exclusive")]
    [InlineData("ETCD_DEFRAG_DATA_DIR", "/x", "ETCD_DEFRAG_DATA_DIR is not supported")]
    public async Task What_a_run_would_refuse_the_plan_refuses_by_the_name_that_was_given(string variable, string value, string problem)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        var around = new Around { Variables = new() { [variable] = value } };
        string[] flags = ["--endpoints", cluster.Endpoints[0], "--cluster", "--defrag-rule=true"];

        foreach (var result in (CommandResult[])[await InProcessCommand.RunAsync(around, flags), await InProcessCommand.RunAsync(around, ["plan", .. flags])])
        {
            Assert.Equal(64, result.ExitCode);
            Assert.Contains(problem, Assert.Single(result.Error, l => l.Contains("Validating configuration failed: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        Assert.All(cluster.Members, m => Assert.Empty(m.Calls));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plan")]
    public async Task A_setting_for_compactions_may_wait_in_the_environment(string command)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        var around = new Around { Variables = new() { ["ETCD_DEFRAG_COMPACTION_RETAIN"] = "5" } };

        var result = await InProcessCommand.RunAsync(around, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--endpoints", cluster.Endpoints[0], "--cluster"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain(cluster.Members.SelectMany(m => m.Calls), c => c.Method == "Compact");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0, "--skip-healthcheck-cluster-endpoints")]
    public async Task Members_that_cannot_be_reached_from_here_are_passed_over_as_in_a_run(int exitCode, params string[] flags)
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[2].Network.RefuseNew = true;

        var result = await InProcessCommand.RunAsync(["plan", "--endpoints", $"{cluster.Endpoints[0]},{cluster.Endpoints[1]}", .. flags]);

        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal(exitCode == 0 ? 2 : 0, result.Output.Count);
    }

    [Fact]
    public async Task A_runs_flags_are_taken_and_nothing_is_changed()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        string[] run = ["--endpoints", cluster.Endpoints[0], "--cluster", "--move-leader", "--compaction", "--compaction-retain=0", "--auto-disalarm", "--wait-between-defrags=1s"];

        var before = await InProcessCommand.RunAsync([.. run, "plan"]);
        var after = await InProcessCommand.RunAsync(["plan", .. run]);

        Assert.True(before.ExitCode == 0 && after.ExitCode == 0, $"{before}\n{after}");
        Assert.Equal(before.Output, after.Output);
        Assert.Equal(3, after.Output.Count);
        DryRunTests.AssertUntouched(cluster);
    }

    [Fact]
    public async Task A_refusal_is_a_line_of_the_JSON_as_it_is_in_a_run()
    {
        await using var member = await FakeMember.StartAsync();

        var result = await InProcessCommand.RunAsync("plan", "--endpoints", member.Endpoint, "-wjson");

        var line = JsonNode.Parse(Assert.Single(result.Output))!;
        Assert.Equal((2, "refused", "SmallCluster"), (result.ExitCode, (string?)line["type"], (string?)line["rule"]));
    }
}
