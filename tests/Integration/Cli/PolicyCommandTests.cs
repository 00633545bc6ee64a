using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cli;

public sealed class PolicyCommandTests
{
    [SkippableFact]
    [ShowsFlag("dry-run", "defrag-rule")]
    public async Task Of_a_cluster_where_one_member_alone_is_fragmented_that_one_alone_is_touched()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await sandbox.FillAsync(new EtcdFill(24));
        var leader = await sandbox.GetLeaderAsync();
        var fragmented = sandbox.Members.First(m => m != leader);
        foreach (var other in sandbox.Members.Where(m => m != fragmented))
        {
            await other.Client.DefragmentAsync(CancellationToken.None);
        }

        var dryRun = await Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster", "--defrag-rule", "dbSizeFree > 10M", "--dry-run");
        Assert.Equal(2, ServerLog.Defragmentations(sandbox).Count);
        var run = await Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster", "--defrag-rule", "dbSizeFree > 10M");

        Assert.True(dryRun.ExitCode == 0 && run.ExitCode == 0, $"{dryRun}\n{run}");
        Assert.Contains(dryRun.Error, l => l.EndsWith("Using dry run mode, will not perform defragmentation", StringComparison.Ordinal));
        Assert.Single(dryRun.Output, l => l.Contains($"[Dry run] skip defragmenting endpoint \"{fragmented.Endpoint}\"", StringComparison.Ordinal));
        Assert.Contains(run.Error, l => l.EndsWith("Validating the defragmentation rule: dbSizeFree > 10M ...", StringComparison.Ordinal));
        Assert.Contains(run.Error, l => l.EndsWith(" valid", StringComparison.Ordinal));
        Assert.Contains(run.Error, l => l.EndsWith($"1 endpoint(s) need to be defragmented: [{fragmented.Endpoint}]", StringComparison.Ordinal));
        Assert.Equal(2, run.Output.Count(l => l.Contains("Evaluation result is false, so skipping endpoint: ", StringComparison.Ordinal)));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
        Assert.Equal(fragmented.Name, ServerLog.Defragmentations(sandbox)[^1]);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    [ShowsFlag("policy")]
    public async Task The_quota_is_known_in_every_version_and_a_preset_leaves_a_small_database_alone(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { QuotaBytes = 64 * 1024 * 1024 }, minor);

        var byQuota = await Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster", "--defrag-rule", "dbQuota == 64M && dbQuotaUsage > 80%");
        var byPolicy = await Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster", "--policy", "openshift");

        Assert.True(byQuota.ExitCode == 0 && byPolicy.ExitCode == 0, $"{byQuota}\n{byPolicy}");
        Assert.Contains(byPolicy.Output, l => l.Contains("OpenShift: ", StringComparison.Ordinal));
        Assert.Empty(ServerLog.Defragmentations(sandbox));
    }

    [Fact]
    public async Task A_rule_that_is_none_is_refused_with_a_caret_before_anything_is_asked()
    {
        var result = await Command.RunAsync("--endpoints", "127.0.0.1:2379", "--defrag-rule", "dbSizE > 5");

        Assert.Equal(64, result.ExitCode);
        Assert.EndsWith("Validating configuration failed: invalid rule \"dbSizE > 5\", see above.", result.Error[^1], StringComparison.Ordinal);
        Assert.Contains(result.Error, l => l.EndsWith("^ dbSizE: no such name; did you mean dbSize?", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("health", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_that_is_none_is_refused_with_those_there_are()
    {
        var result = await Command.RunAsync("--endpoints", "127.0.0.1:2379", "--policy", "Strict");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("'Strict' is not a policy; known are Balanced, OpenShift, MicroShift, UpstreamAlert.", StringComparison.Ordinal));
    }
}
