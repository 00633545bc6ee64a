using System.Text.Json;
using EtcdDefrag.Integration.Monitoring;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;

namespace EtcdDefrag.Integration.Cli;

/// <summary>The monitor's flags come from the command line and the environment, as every other command's do.</summary>
public sealed class MonitorFlagTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Config => _folder["monitor.json"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "--dry-run")]
    [InlineData(false, "--dry-run=false", "--dry-run")]
    [InlineData(true)]
    [ShowsFlag("config", "output", "metrics-file", "dry-run")]
    public async Task A_dry_run_defragments_nothing_whatever_the_configuration_says(bool byVariable, params string[] flags)
    {
        await using var cluster = await StartAsync();
        Dictionary<string, string> variables = byVariable
            ? new() { ["ETCD_DEFRAG_DRY_RUN"] = "true", ["ETCD_DEFRAG_OUTPUT"] = "json", ["ETCD_DEFRAG_METRICS_FILE"] = _folder["m.prom"] }
            : [];
        string[] more = byVariable ? [] : ["--output=json", "--metrics-file", _folder["m.prom"], .. flags];

        await using var monitor = MonitorProcess.Start(Config, variables, more);
        await monitor.UntilAsync("StepFinished", 3);
        monitor.Signal(MonitorProcess.Terminate);

        Assert.Equal(0, await monitor.EndAsync());
        Assert.All(monitor.Output, l => Assert.Equal(JsonValueKind.Object, JsonSerializer.Deserialize<JsonElement>(l).ValueKind));
        Assert.True(File.Exists(_folder["m.prom"]));
        Assert.DoesNotContain(cluster.Members.SelectMany(m => m.Calls), c => c.Method is "Defragment" or "Txn");
    }

    [Fact]
    [ShowsFlag("metrics-address")]
    public async Task Its_variables_are_checked_and_strangers_among_them_are_warned_of()
    {
        var wrong = await Command.RunAsync(new Dictionary<string, string> { ["ETCD_DEFRAG_METRICS_ADDRESS"] = "here", ["ETCD_DEFRAG_DRYRUN"] = "true" }, "monitor", "--config", Config);
        var form = await Command.RunAsync("monitor", "--config", Config, "-w", "table");
        var none = await Command.RunAsync("monitor");

        Assert.Equal((64, 64, 64), (wrong.ExitCode, form.ExitCode, none.ExitCode));
        Assert.Equal(
            [
                "Warning (UnknownVariable): ETCD_DEFRAG_DRYRUN is not the variable of any flag and is ignored.",
                "ETCD_DEFRAG_METRICS_ADDRESS 'here' is not an address to listen on; write 127.0.0.1:2390, or 0.0.0.0:2390 to be reachable from other machines.",
            ],
            wrong.Error);
        Assert.Equal(["--output 'table' is not an output format; known are text, json."], form.Error);
        Assert.Equal(["The configuration is missing; name it with --config."], none.Error);
    }

    private async Task<FakeCluster> StartAsync()
    {
        var cluster = await FakeCluster.StartAsync(3);
        var endpoints = JsonSerializer.Serialize(cluster.Endpoints);
        await File.WriteAllTextAsync(Config, $$"""{"endpoints": {{endpoints}}, "checkInterval": "0s", "policy": {"rule": "dbSizeFree > 1MiB"}, "defragOnStartup": true}""");
        return cluster;
    }
}
