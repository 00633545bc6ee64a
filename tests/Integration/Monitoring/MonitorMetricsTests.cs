using System.Diagnostics;
using System.Globalization;
using System.Net;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Processes;
using EtcdDefrag.Unit.Monitoring.Metrics;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>The monitor as a process of its own, watched as Prometheus, node_exporter and a kubelet would, while it works on a real cluster.</summary>
public sealed class MonitorMetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = LoopbackPorts.Find(1)[0];
    private readonly HttpClient _client = new();

    private string MetricsFile => _folder["etcd-defrag.prom"];

    [SkippableFact]
    public async Task What_the_monitor_does_to_a_cluster_is_on_the_page_and_in_the_file_and_a_degraded_one_is_not_ready()
    {
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Arguments = ["--unsafe-no-fsync"] });
        await sandbox.FillAsync(new EtcdFill(24, DeletedPart: 1));
        using var monitor = Start(sandbox.Endpoints[0], "--metrics-address", $"{_port}", "--metrics-file", MetricsFile);
        var output = monitor.StandardOutput.ReadToEndAsync();
        try
        {
            await Eventually.HoldsAsync(async () => Sum(await PageAsync(), "etcd_defrag_defragmentations_total", "\"defragmented\"") >= 3, "three members are defragmented", TimeSpan.FromSeconds(60));
            await Eventually.HoldsAsync(async () => (await PageAsync())["etcd_defrag_rounds_total{cluster=\"etcd\",result=\"nothing_to_do\"}"] > 0, "a round has nothing to do");
            var page = await PageAsync();
            foreach (var member in sandbox.Members)
            {
                var labels = $"{{cluster=\"etcd\",endpoint=\"{member.Endpoint}\",member=\"{member.Name}\"}}";
                var status = await member.Client.GetStatusAsync(default);
                Assert.Equal(status.DbSize, page["etcd_defrag_member_db_size_bytes" + labels]);
                Assert.Equal(status.DbSize / (double)(2L << 30), page["etcd_defrag_member_db_quota_usage_ratio" + labels], 12);
                Assert.True(page["etcd_defrag_reclaimed_bytes_total" + labels] > 10 << 20, string.Join('\n', page));
                Assert.True(page["etcd_defrag_member_last_defragmentation_duration_seconds" + labels] > 0, string.Join('\n', page));
            }

            Assert.Equal(page.Keys.Order(), Read(await File.ReadAllTextAsync(MetricsFile)).Keys.Order());
            Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/healthz"));
            Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/readyz"));

            var (found, forPeople) = await GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, found);
            Assert.Contains(" members were defragmented and gave back ", forPeople, StringComparison.Ordinal);
            Assert.All(sandbox.Members, m => Assert.Contains($"{m.Name} ({m.Endpoint})", forPeople, StringComparison.Ordinal));

            await sandbox.Members[1].KillAsync();
            await Eventually.HoldsAsync(async () => (await GetAsync("/readyz")).Status == HttpStatusCode.ServiceUnavailable, "the cluster is degraded", TimeSpan.FromSeconds(60));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "Degraded: etcd.\n"), await GetAsync("/readyz"));
            Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/healthz"));
            await Eventually.HoldsAsync(
                () => Read(File.ReadAllText(MetricsFile))["etcd_defrag_cluster_degraded{cluster=\"etcd\"}"] > 0, "the file says so too");
        }
        finally
        {
            Signals.Send(monitor, 15);
        }

        var printed = await output;
        await monitor.WaitForExitAsync();
        Assert.True(monitor.ExitCode == 0, $"{monitor.ExitCode}: {printed}{await monitor.StandardError.ReadToEndAsync()}");
    }

    [Fact]
    public async Task Without_a_place_for_its_metrics_the_monitor_does_not_start()
    {
        await using var other = EtcdDefrag.Cli.Monitoring.Metrics.MetricsServer.Start(
            new IPEndPoint(IPAddress.Loopback, 0), _ => new(200, ""), TimeProvider.System);

        var taken = await RunAsync("--metrics-address", $"{other.Address}");
        var missing = await RunAsync("--metrics-file", _folder["none", "x.prom"]);
        var text = await RunAsync("--metrics-address", "example.test:1");

        Assert.Equal(1, taken.ExitCode);
        Assert.StartsWith($"--metrics-address {other.Address}: ", taken.Error.Single(), StringComparison.Ordinal);
        Assert.Equal(1, missing.ExitCode);
        Assert.StartsWith($"--metrics-file {_folder["none", "x.prom"]}: ", missing.Error.Single(), StringComparison.Ordinal);
        Assert.NotEqual(0, text.ExitCode);
        Assert.Contains(text.Error, l => l.StartsWith("--metrics-address 'example.test:1' is not an address to listen on;", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_collector_may_read_the_file_whatever_the_services_umask_is()
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no umask.");

        // The file is there before the configuration is looked at, and without one the monitor ends at once.
        var ended = await Command.RunProgramAsync(Command.StartInShell($"umask 077; etcd-defrag monitor --config '{_folder["none.json"]}' --metrics-file '{MetricsFile}'"));

        Assert.Equal(64, ended.ExitCode);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Convert.ToInt32("644", 8), (int)File.GetUnixFileMode(MetricsFile));
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private Task<CommandResult> RunAsync(params string[] flags) => Command.RunAsync(["monitor", "--config", Configure("127.0.0.1:1"), .. flags]);

    private Process Start(string endpoint, params string[] flags) => Command.Start(["monitor", "--config", Configure(endpoint), .. flags]);

    private string Configure(string endpoint)
    {
        var text = $$"""
            {
              "endpoints": ["{{endpoint}}"],
              "connection": { "operationTimeout": "5s" },
              "checkInterval": "1s",
              "policy": { "maxFragmentedPercentage": 50, "minDbSize": "12MiB" },
              "pauseBetweenMembers": "0s",
              "failureBudget": 1
            }
            """;
        File.WriteAllText(_folder["monitor.json"], text);
        return _folder["monitor.json"];
    }

    private async Task<IReadOnlyDictionary<string, double>> PageAsync() => Read((await GetAsync("/metrics")).Body);

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}{path}")));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static IReadOnlyDictionary<string, double> Read(string text) => ExpositionPage.Read(text).Samples;

    private static double Sum(IReadOnlyDictionary<string, double> page, string metric, string label) => page
        .Where(s => s.Key.StartsWith(metric, StringComparison.Ordinal) && s.Key.Contains(label, StringComparison.Ordinal)).Sum(s => s.Value);
}
