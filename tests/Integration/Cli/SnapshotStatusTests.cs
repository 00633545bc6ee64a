using System.Diagnostics;
using System.Text.Json.Nodes;
using EtcdDefrag.Client;
using EtcdDefrag.Connection;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Integration.Cli;

/// <summary><c>etcd-defrag snapshot status</c> on snapshots of every version of etcd, beside etcdutl where there is one.</summary>
public sealed class SnapshotStatusTests
{
    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_snapshot_is_judged_as_its_cluster_and_etcdutl_say(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        var client = sandbox.Members[0].Client;
        for (var i = 0; i < 200; i++)
        {
            await client.PutAsync($"key-{i % 50}", new byte[i * 100], default);
        }

        await client.DeleteAsync(["key-1", "key-2"], default);
        await client.CompactAsync(120, default);
        var last = await client.PutAsync("key-1", "again"u8.ToArray(), default);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "etcd.db");
        await SaveAsync(sandbox.Endpoints[0], file);

        var whole = await InProcessCommand.RunAsync(["snapshot", "status", file, "-w", "json"]);
        var status = JsonNode.Parse(whole.Output[0])!.AsObject();
        await CompareAsync(status, Path.Combine(Path.GetDirectoryName((await EtcdVersions.FindAsync(minor)).Path)!, "etcdutl"), file);
        await using (var changed = File.OpenWrite(file))
        {
            changed.Position = changed.Length / 2;
            changed.WriteByte(0xA5);
            changed.WriteByte(0x5A);
        }

        var damaged = await InProcessCommand.RunAsync(["snapshot", "status", file]);

        Assert.Equal(0, whole.ExitCode);
        Assert.Equal((last, 49L), ((long)status["revision"]!, (long)status["keys"]!));
        Assert.True((bool)status["isSha256Verified"]!);
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains(damaged.Error, l => l.Contains("is damaged: The SHA-256 at its end is not that of its content.", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_file_of_a_running_member_is_refused()
    {
        await using var sandbox = await TestCluster.StartAsync(1);

        var result = await InProcessCommand.RunAsync(["snapshot", "status", FindDatabase(sandbox.Members[0].DataFolder)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("cannot be read: ", StringComparison.Ordinal));
        Assert.Empty(result.Output);
    }

    private static string FindDatabase(string folder) => Directory.GetFiles(folder, "db", SearchOption.AllDirectories).Single();

    private static async Task SaveAsync(string endpoint, string file)
    {
        using var connections = new MemberConnections(new EtcdConnector(TimeProvider.System), new EtcdConnectionOptions());
        var operation = new SnapshotOperation(connections, TimeProvider.System);
        var plan = await operation.PlanAsync(new SnapshotRequest([EtcdEndpoint.Parse(endpoint)], file, Overwrite: true), default);
        await operation.ExecuteAsync(plan, (_, _) => Task.CompletedTask, default);
    }

    private static async Task CompareAsync(JsonObject status, string etcdutl, string file)
    {
        if (!File.Exists(etcdutl))
        {
            return;
        }

        var start = new ProcessStartInfo(etcdutl, ["snapshot", "status", file, "-w", "json"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var theirs = JsonNode.Parse(await process.StandardOutput.ReadToEndAsync())!;
        await process.WaitForExitAsync();
        Assert.Equal(((uint)theirs["hash"]!).ToString("x8", null), (string?)status["hash"]);
        Assert.Equal(((long)theirs["revision"]!, (long)theirs["totalSize"]!), ((long)status["revision"]!, (long)status["dbSize"]!));
        Assert.Contains((long)theirs["totalKey"]!, new[] { (long)status["keys"]!, (long)status["entries"]! });
    }
}
