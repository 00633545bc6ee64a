using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Integration.Support;
using Around = EtcdDefrag.Integration.Support.InProcessCommand.Around;

namespace EtcdDefrag.Integration.Cli;

[Collection(SharedCluster.Name)]
public sealed class EnvironmentTests(SharedCluster shared)
{
    [SkippableFact]
    public async Task A_flag_wins_over_ETCD_DEFRAG_which_wins_over_ETCDCTL()
    {
        var sandbox = await shared.GetAsync();
        var variables = new Dictionary<string, string> { ["ETCDCTL_ENDPOINTS"] = sandbox.Endpoints[0] };

        Assert.Contains(sandbox.Endpoints[0], await StatusAsync(), StringComparison.Ordinal);

        variables["ETCD_DEFRAG_ENDPOINTS"] = $"{sandbox.Endpoints[1]},{sandbox.Endpoints[2]}";
        var text = await StatusAsync();
        Assert.Contains(sandbox.Endpoints[1], text, StringComparison.Ordinal);
        Assert.Contains(sandbox.Endpoints[2], text, StringComparison.Ordinal);
        Assert.DoesNotContain(sandbox.Endpoints[0], text, StringComparison.Ordinal);
        Assert.DoesNotContain(sandbox.Endpoints[1], await StatusAsync("--endpoints", sandbox.Endpoints[0]), StringComparison.Ordinal);

        async Task<string> StatusAsync(params string[] flags)
        {
            var result = await Command.RunAsync(variables, ["status", .. flags]);
            Assert.True(result.ExitCode == 0, result.ToString());
            return result.ToString();
        }
    }

    [SkippableFact]
    public async Task A_run_is_told_by_the_environment_alone()
    {
        var sandbox = await shared.GetAsync();
        var since = TimeProvider.System.GetUtcNow();

        var result = await Command.RunAsync(new Dictionary<string, string>
        {
            ["ETCD_DEFRAG_ENDPOINTS"] = sandbox.Endpoints[0],
            ["ETCD_DEFRAG_CLUSTER"] = "true",
            ["ETCD_DEFRAG_DRY_RUN"] = "T",
            ["ETCD_DEFRAG_DEFRAG_RULE"] = "dbSize > 0",
        });

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(3, result.Output.Count(l => l.Contains("[Dry run] skip defragmenting endpoint", StringComparison.Ordinal)));
        Assert.Empty(ServerLog.Defragmentations(sandbox, since));
    }

    [Fact]
    public void Every_flag_has_its_variable_and_those_of_etcdctl_have_two()
    {
        foreach (var flag in CommandTree.Flags)
        {
            Assert.Equal($"ETCD_DEFRAG_{flag.Name.ToUpperInvariant().Replace('-', '_')}", flag.Variables.First());
            Assert.Equal(flag.IsEtcdctls, flag.Variables.Skip(1).Any(v => v.StartsWith("ETCDCTL_", StringComparison.Ordinal)));
        }

        // etcdctl itself takes only its global flags from the environment, and --cluster is its defrag's own.
        Assert.DoesNotContain("ETCDCTL_CLUSTER", CommandTree.Flags.SelectMany(f => f.Variables));
    }

    [Theory]
    [InlineData("ETCD_DEFRAG_COMMAND_TIMEOUT", "30", "ETCD_DEFRAG_COMMAND_TIMEOUT '30' is not a duration")]
    [InlineData("ETCDCTL_INSECURE_SKIP_TLS_VERIFY", "yes", "ETCDCTL_INSECURE_SKIP_TLS_VERIFY 'yes' is neither true nor false")]
    [InlineData("ETCDCTL_AUTH_JWT_TOKEN", "s3cret", "ETCDCTL_AUTH_JWT_TOKEN is not supported")]
    [InlineData("ETCD_DEFRAG_PASSWORD", "s3cret", "ETCD_DEFRAG_PASSWORD belongs to a user")]
    public async Task A_variable_that_cannot_be_is_refused_by_its_own_name(string name, string value, string problem)
    {
        var result = await InProcessCommand.RunAsync(new Around { Variables = new() { [name] = value } }, "--endpoints", "127.0.0.1:1");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains(problem, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_of_etcdctls_version_2_is_warned_of_with_the_one_that_took_its_place()
    {
        var around = new Around { Variables = new() { ["ETCDCTL_CA_FILE"] = "/etc/etcd/ca.crt", ["ETCDCTL_KEY_FILE"] = "/old.key", ["ETCDCTL_KEY"] = "", ["ETCDCTL_API"] = "3" } };

        var result = await InProcessCommand.RunAsync(around, "status", "--endpoints", "127.0.0.1:1");

        var warnings = result.Error.Where(l => l.Contains("(UnknownVariable)", StringComparison.Ordinal)).ToArray();
        Assert.EndsWith("ETCDCTL_CA_FILE is a variable of etcdctl's version 2 and is ignored; set ETCDCTL_CACERT.", warnings[0], StringComparison.Ordinal);
        Assert.EndsWith("set ETCDCTL_KEY.", warnings[1], StringComparison.Ordinal);
        Assert.Equal(2, warnings.Length);
    }

    [SkippableFact]
    public async Task A_variable_that_stands_for_no_flag_is_warned_of()
    {
        var sandbox = await shared.GetAsync();
        var around = new Around
        {
            Variables = new() { ["ETCD_DEFRAG_DRYRUN"] = "true", ["ETCD_DEFRAG_PORT_2379_TCP"] = "tcp://10.0.0.1:2379", ["ETCD_DEFRAG_SERVICE_HOST"] = "10.0.0.1", ["ETCD_DEFRAG_MONITOR_SERVICE_PORT"] = "2390" },
        };

        var result = await InProcessCommand.RunAsync(around, "status", "--endpoints", sandbox.Endpoints[0]);

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Error, l => l.Contains("(UnknownVariable)", StringComparison.Ordinal) && l.Contains("ETCD_DEFRAG_DRYRUN", StringComparison.Ordinal));
        Assert.Single(result.Error);
    }
}
