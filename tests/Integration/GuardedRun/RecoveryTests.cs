using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Cli;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Load;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary><c>etcd-defrag recover</c> on clusters that were filled up to their quota.</summary>
public sealed class RecoveryTests
{
    private const int QuotaBytes = 24 << 20;
    private const int ValueBytes = 256 << 10;

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task One_command_brings_writes_back_and_no_acknowledged_key_is_lost(string minor)
    {
        await using var sandbox = await StartAsync(minor);
        await using var workload = Workload.Start(sandbox.Members);
        await workload.ProceedAsync();
        await FillAsync(sandbox, keys: 8);

        var result = await InProcessCommand.RunAsync(["recover", "--endpoints", sandbox.Endpoints[0], "--compaction-retain", "5", "-w", "json"]);

        var space = JsonNode.Parse(result.Output[^1])!.AsObject();
        Assert.True(result.ExitCode == 0, $"{result}");
        Assert.Equal(("Recovered", true), ((string?)space["outcome"], (bool?)space["takesWrites"]));
        Assert.NotEmpty(space["armedBefore"]!.AsArray());
        Assert.Empty(space["armedAfter"]!.AsArray());
        Assert.Empty(await sandbox.Members[0].Client.GetAlarmsAsync(default));
        await workload.ProceedAsync();
        await workload.VerifyAsync(sandbox);
        Assert.Null(await sandbox.Members[0].Client.GetValueAsync("etcd-defrag/write-check", default));
    }

    [SkippableFact]
    [ShowsFlag("snapshot")]
    public async Task Where_the_data_itself_is_too_large_the_alarm_stays_and_the_quota_that_is_needed_is_said()
    {
        await using var sandbox = await StartAsync("3.5");
        await FillAsync(sandbox, keys: 1000);
        using var folder = new TemporaryFolder();

        var result = await InProcessCommand.RunAsync(
        [
            "recover", "--endpoints", sandbox.Endpoints[0], "--compaction-retain", "0", "--disalarm-threshold", "0.5", "-w", "json",
            "--snapshot", folder["before.db"],
        ]);

        var space = JsonNode.Parse(result.Output[^1])!.AsObject();
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("StillFull", (string?)space["outcome"]);
        Assert.NotEmpty(space["armedAfter"]!.AsArray());
        Assert.Equal("fill/", (string?)space["largest"]![0]!["prefix"]);
        Assert.InRange((long)space["dbQuotaNeeded"]!, 2 * (long)space["dbSizeAfter"]!, (2 * (long)space["dbSizeAfter"]!) + (1 << 20));
        Assert.Equal(0, (await InProcessCommand.RunAsync(["snapshot", "status", folder["before.db"]])).ExitCode);
        Assert.Contains(result.Error, l => l.Contains("The data itself is too large", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_run_that_died_in_NOSPACE_does_not_keep_the_recovery_out()
    {
        await using var sandbox = await StartAsync("3.5");
        await FillAsync(sandbox, keys: 8, beforehand: async () =>
        {
            // A run puts the keys that stand in for the lock.
            var run = await InProcessCommand.RunAsync(["--cluster", "--endpoints", sandbox.Endpoints[0]]);
            Assert.True(run.ExitCode == 0, $"{run}");
        });
        await sandbox.Members[0].Client.DeleteAsync(["etcd-defrag/nospace/01"], default);

        var result = await InProcessCommand.RunAsync(["recover", "--endpoints", sandbox.Endpoints[0], "--compaction-retain", "5"]);
        var next = await InProcessCommand.RunAsync(["--cluster", "--endpoints", sandbox.Endpoints[0]]);

        Assert.True(result.ExitCode == 0 && next.ExitCode == 0, $"{result}\n{next}");
        Assert.Contains(result.Error, l => l.Contains("that run is taken for dead", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task With_a_voter_down_nothing_is_changed()
    {
        await using var sandbox = await StartAsync("3.5");
        await FillAsync(sandbox, keys: 8);
        await sandbox.Members[2].StopAsync();
        var before = await sandbox.Members[0].Client.GetStatusAsync(default);

        var result = await InProcessCommand.RunAsync(["recover", "--endpoints", sandbox.Endpoints[0], "--compaction-retain", "5"]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("Refused: ", result.Output[0], StringComparison.Ordinal);
        Assert.Equal(before.Header.Revision, (await sandbox.Members[0].Client.GetStatusAsync(default)).Header.Revision);
        Assert.NotEmpty(await sandbox.Members[0].Client.GetAlarmsAsync(default));
    }

    private static Task<EtcdSandbox> StartAsync(string minor) =>
        TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, QuotaBytes = QuotaBytes }, minor);

    /// <summary>Writes large values, over and over to so many keys, until the cluster has no space.</summary>
    private static async Task FillAsync(EtcdSandbox sandbox, int keys, Func<Task>? beforehand = null)
    {
        await (beforehand?.Invoke() ?? Task.CompletedTask);
        var client = sandbox.Members[0].Client;
        for (var i = 0; (await client.GetAlarmsAsync(default)).Count == 0; i++)
        {
            try
            {
                await client.PutAsync($"fill/{i % keys}", new byte[ValueBytes], default);
            }
            catch (EtcdSandboxClientException full) when (full.Message.Contains("space", StringComparison.Ordinal))
            {
                // The alarm is armed by now, or about to be.
            }
        }
    }
}
