using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Cli;

/// <summary>Leadership and backups by the command.</summary>
[Collection(SharedCluster.Name)]
public sealed class MaintenanceCommandTests(SharedCluster shared)
{
    [SkippableFact]
    public async Task Leadership_goes_to_the_member_that_was_named_by_name_id_or_address()
    {
        var sandbox = await shared.GetAsync();
        foreach (var name in (Func<EtcdSandboxMember, Task<string>>[])
        [
            m => Task.FromResult(m.Name),
            async m => (await m.GetMemberIdAsync()).ToString("x", CultureInfo.InvariantCulture),
            async m => (await m.GetMemberIdAsync()).ToString(CultureInfo.InvariantCulture),
            m => Task.FromResult(m.Endpoint),
        ])
        {
            var before = await sandbox.GetLeaderAsync();
            var wanted = sandbox.Members.First(m => m != before);

            // Asked by a member that is neither: the command finds the leader itself.
            var other = sandbox.Members.First(m => m != before && m != wanted);
            var result = await Command.RunAsync("move-leader", await name(wanted), "--endpoints", other.Endpoint);

            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Equal(
                [$"Leadership transferred from {await before.GetMemberIdAsync():x} to {await wanted.GetMemberIdAsync():x}"], result.Output);
            Assert.Same(wanted, await sandbox.GetLeaderAsync());
        }
    }

    [SkippableFact]
    public async Task Leadership_goes_to_another_voter_where_none_was_named_and_a_dry_run_moves_nothing()
    {
        var sandbox = await shared.GetAsync();
        var before = await sandbox.GetLeaderAsync();
        string[] call = ["move-leader", "--endpoints", before.Endpoint, "-w", "json"];

        var dryRun = JsonNode.Parse(Assert.Single((await Command.RunAsync([.. call, "--dry-run"])).Output))!;
        Assert.Same(before, await sandbox.GetLeaderAsync());
        var move = JsonNode.Parse(Assert.Single((await Command.RunAsync(call)).Output))!;

        var after = await sandbox.GetLeaderAsync();
        Assert.NotSame(before, after);
        Assert.Equal((true, false), ((bool)dryRun["isDryRun"]!, (bool)dryRun["wasMoved"]!));
        Assert.Equal((false, true), ((bool)move["isDryRun"]!, (bool)move["wasMoved"]!));
        Assert.Equal($"{await after.GetMemberIdAsync():x}", (string)move["leaderId"]!);
        Assert.Equal($"{await before.GetMemberIdAsync():x}", (string)move["previousLeaderId"]!);
    }

    [SkippableFact]
    public async Task A_leader_that_is_named_stays_and_a_name_that_nobody_has_is_an_error()
    {
        var sandbox = await shared.GetAsync();
        var leader = await sandbox.GetLeaderAsync();

        var same = await Command.RunAsync("move-leader", leader.Name, "--endpoints", leader.Endpoint);
        var nobody = await Command.RunAsync("move-leader", "m9", "--endpoints", leader.Endpoint);

        Assert.Equal((0, 1), (same.ExitCode, nobody.ExitCode));
        Assert.Equal([$"{await leader.GetMemberIdAsync():x} ({leader.Name}) is the leader already; nothing to do"], same.Output);
        Assert.Contains(nobody.Error, l => l.Contains("'m9' is no member of this cluster", StringComparison.Ordinal));
        Assert.Same(leader, await sandbox.GetLeaderAsync());
    }

    [Fact]
    public async Task A_leader_that_refuses_keeps_leading_and_the_exit_code_says_so()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members[0].On("MoveLeader", FakeReply.RefuseAtOnce(7, "etcdserver: permission denied"));

        var result = await InProcessCommand.RunAsync("move-leader", "fake2", "--endpoints", cluster.Endpoints[0]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("etcdserver: permission denied", StringComparison.Ordinal));
        Assert.Single(cluster.Members[0].CallsOf("MoveLeader"));
    }

    [Fact]
    public async Task A_receiver_behind_a_secret_is_not_shown()
    {
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await InProcessCommand.RunAsync("move-leader", "--endpoints", cluster.Endpoints[0], "--cert-password", "a", "SECRET");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("What was given is no member", StringComparison.Ordinal));
        Assert.DoesNotContain("SECRET", result.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    [ShowsFlag("overwrite")]
    public async Task A_snapshot_is_the_database_with_its_hash_and_replaces_a_file_only_where_that_was_asked_for()
    {
        var sandbox = await shared.GetAsync();
        using var folder = new TemporaryFolder();
        var file = folder["etcd.db"];
        string[] call = ["snapshot", "save", file, "--endpoints", string.Join(',', sandbox.Endpoints)];

        var dryRun = await Command.RunAsync([.. call, "--dry-run"]);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        var saved = await Command.RunAsync(call);
        var bytes = await File.ReadAllBytesAsync(file);
        var again = await Command.RunAsync(call);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
        await File.WriteAllTextAsync(file, "another");
        var replaced = await Command.RunAsync([.. call, "--overwrite", "-w", "json"]);

        Assert.Equal([0, 0, 1, 0], ((CommandResult[])[dryRun, saved, again, replaced]).Select(r => r.ExitCode));
        Assert.EndsWith($"would be saved at {file}", Assert.Single(dryRun.Output), StringComparison.Ordinal);
        Assert.Equal($"Snapshot saved at {file}", saved.Output[0]);
        Assert.EndsWith($"sha256: {Sha256Of(bytes)}", saved.Output[1], StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexString(bytes[^SHA256.HashSizeInBytes..]), Sha256Of(bytes), ignoreCase: true);
        Assert.Contains(again.Error, l => l.Contains($"There is a file '{file}' already.", StringComparison.Ordinal));
        var json = JsonNode.Parse(replaced.Output[0])!;
        Assert.Equal(((string)json["sha256"]!, (long)json["bytes"]!), (Sha256Of(await File.ReadAllBytesAsync(file)), new FileInfo(file).Length));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
    }

    [SkippableFact]
    public async Task A_follower_is_saved_rather_than_the_leader_unless_the_leader_alone_was_named()
    {
        var sandbox = await shared.GetAsync();
        var leader = await sandbox.GetLeaderAsync();
        using var folder = new TemporaryFolder();

        var any = await Command.RunAsync("snapshot", "save", folder["any.db"], "--endpoints", string.Join(',', sandbox.Endpoints), "-w", "json");
        var named = await Command.RunAsync("snapshot", "save", folder["leader.db"], "--endpoints", leader.Endpoint, "-w", "json");

        Assert.NotEqual(leader.Endpoint, (string)JsonNode.Parse(any.Output[0])!["endpoint"]!);
        Assert.Equal(leader.Endpoint, (string)JsonNode.Parse(named.Output[0])!["endpoint"]!);
    }

    [Fact]
    public async Task A_member_that_breaks_off_is_a_failure_and_leaves_no_file()
    {
        await using var cluster = await FakeCluster.StartAsync(3);
        cluster.Members.ToList().ForEach(m => m.On("Snapshot", FakeReply.Disconnect));
        using var folder = new TemporaryFolder();

        var result = await InProcessCommand.RunAsync("snapshot", "save", folder["etcd.db"], "--endpoints", cluster.Endpoints[1]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains("during Snapshot", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("unexpectedly", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("-1", "The revision '-1' is not a whole number of 1 or more.")]
    [InlineData("0", "The revision '0' is not a whole number of 1 or more.")]
    [InlineData("soon", "The revision 'soon' is not a whole number of 1 or more.")]
    [InlineData("9223372036854775808", "The revision '9223372036854775808' is too large; the most is 9223372036854775807.")]
    public async Task A_revision_that_cannot_be_is_shown_with_its_range(string revision, string problem)
    {
        var result = await InProcessCommand.RunAsync("compact", revision);

        Assert.Equal(64, result.ExitCode);
        Assert.EndsWith(problem, Assert.Single(result.Error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The file is missing", "snapshot", "save")]
    [InlineData("needs a command: save", "snapshot", "etcd.db")]
    [InlineData("'http://127.0.0.1:2379' is an endpoint, not a file", "snapshot", "save", "http://127.0.0.1:2379")]
    public async Task A_snapshot_needs_a_file(string problem, params string[] arguments)
    {
        var result = await InProcessCommand.RunAsync(arguments);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(result.Error, l => l.Contains(problem, StringComparison.Ordinal));
    }

    private static string Sha256Of(byte[] snapshot) =>
        Convert.ToHexString(SHA256.HashData(snapshot.AsSpan()[..^SHA256.HashSizeInBytes])).ToLowerInvariant();
}
