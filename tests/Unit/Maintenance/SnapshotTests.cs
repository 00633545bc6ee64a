using System.Security.Cryptography;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Maintenance;

/// <summary>Which member's database is saved, and that a file is whole or not there at all.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-defrag-");
    private readonly FakeCluster _cluster = FakeCluster.Of(3);

    private string File => Path.Combine(_folder.FullName, "etcd.db");

    private FakeCluster.FakeMember Follower => _cluster.Members[1];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_follower_is_saved_before_the_leader_and_of_several_the_one_that_is_furthest()
    {
        _cluster.Members[2].RaftIndex = _cluster.Members[2].RaftAppliedIndex = 12;

        Assert.Equal("3", (await ChooseAsync()).MemberId);
        Assert.Equal("2", (await ChooseAsync("1", "2")).MemberId);
        Assert.Equal("1", (await ChooseAsync("1")).MemberId);
    }

    [Fact]
    public async Task A_member_that_is_not_fit_is_not_saved_and_the_reason_names_it()
    {
        _cluster.Members[1].IsLearner = true;
        _cluster.Members[2].Down = EtcdFailure.Unreachable;

        Assert.Equal("1", (await ChooseAsync()).MemberId);
        var problem = await Assert.ThrowsAsync<MaintenanceException>(() => ChooseAsync("2"));
        Assert.Contains("http://m2:2379: it is a learner", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_holds_the_database_and_its_hash_however_it_was_cut_into_parts()
    {
        var database = RandomNumberGenerator.GetBytes(4 * 512);
        byte[] whole = [.. database, .. SHA256.HashData(database)];
        Follower.Snapshot = Cut(whole, 700);
        var told = new List<(long, long)>();

        var result = await SaveAsync(onProgress: (done, rest) => told.Add((done, rest)));

        Assert.Equal(whole, await System.IO.File.ReadAllBytesAsync(File));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(database)), result.Sha256, ignoreCase: true);
        Assert.Equal((whole.Length, "2"), (result.Bytes, result.MemberId));
        Assert.Equal(whole.Length, told[^1].Item1);
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("another hash")]
    [InlineData("no hash")]
    [InlineData("nothing")]
    public async Task A_snapshot_that_is_not_what_was_sent_leaves_no_file(string damage)
    {
        var database = RandomNumberGenerator.GetBytes(512);
        Follower.Snapshot = damage switch
        {
            "another hash" => Cut([.. database, .. SHA256.HashData([1])], 100),
            "no hash" => Cut(database, 100),
            _ => [],
        };

        var problem = await Assert.ThrowsAsync<MaintenanceException>(() => SaveAsync());

        Assert.Contains("damaged", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task A_member_that_fails_or_a_caller_who_gives_up_leaves_no_file()
    {
        using var stop = new CancellationTokenSource();
        Follower.Snapshot = Cut(new byte[512], 100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SaveAsync(onProgress: (_, _) =>
        {
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        }, token: stop.Token));
        var plan = await PlanAsync();
        Follower.Down = EtcdFailure.ConnectionLost;
        await Assert.ThrowsAsync<EtcdException>(() => SaveAsync(plan));

        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_replaced_only_where_that_is_allowed()
    {
        await System.IO.File.WriteAllTextAsync(File, "precious");
        Follower.Snapshot = [new EtcdSnapshotPart(SHA256.HashData([]), 0)];

        await Assert.ThrowsAsync<MaintenanceException>(() => SaveAsync());
        Assert.Equal("precious", await System.IO.File.ReadAllTextAsync(File));
        Assert.DoesNotContain(_cluster.Calls, c => c.EndsWith("Snapshot", StringComparison.Ordinal));

        await SaveAsync(overwrite: true);
        Assert.Equal(32, new FileInfo(File).Length);
    }

    [Fact]
    public async Task What_another_save_left_behind_is_not_touched_and_only_the_owner_may_read_what_is_written()
    {
        var other = File + ".part";
        await System.IO.File.WriteAllTextAsync(other, "somebody else's");
        Follower.Snapshot = [new EtcdSnapshotPart(SHA256.HashData([]), 0)];

        await SaveAsync();

        Assert.Equal("somebody else's", await System.IO.File.ReadAllTextAsync(other));
        Assert.Equal([File, other], Directory.GetFiles(_folder.FullName).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task Of_two_saves_to_one_file_the_second_fails_and_destroys_nothing()
    {
        Follower.Snapshot = [new EtcdSnapshotPart(SHA256.HashData([]), 0)];
        var second = await Assert.ThrowsAsync<MaintenanceException>(() => SaveAsync(onProgress: (_, _) => System.IO.File.WriteAllText(File, "the first")));

        Assert.Contains("was made meanwhile", second.Message, StringComparison.Ordinal);
        Assert.Equal("the first", await System.IO.File.ReadAllTextAsync(File));
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public async Task What_is_wrong_with_the_file_is_not_told_as_a_failure_of_the_member()
    {
        _folder.CreateSubdirectory("etcd.db");

        var folder = await Assert.ThrowsAsync<MaintenanceException>(() => SaveAsync());
        var nowhere = await Assert.ThrowsAsync<MaintenanceException>(() => SaveAsync(path: Path.Combine(_folder.FullName, "none", "etcd.db")));

        Assert.Contains("is a folder", folder.Message, StringComparison.Ordinal);
        Assert.Contains("could not be written", nowhere.Message, StringComparison.Ordinal);
    }

    private static EtcdSnapshotPart[] Cut(byte[] whole, int size) =>
        [.. whole.Chunk(size).Select((chunk, i) => new EtcdSnapshotPart(chunk, Math.Max(0, whole.Length - ((i + 1) * size))))];

    private async Task<EtcdMemberStatus> ChooseAsync(params string[] memberIds) =>
        (await PlanAsync(_cluster.Members.Where(m => memberIds.Length == 0 || memberIds.Contains(m.Id)).Select(m => m.Endpoint))).Member.Status!;

    private async Task<SnapshotPlan> PlanAsync(IEnumerable<EtcdEndpoint>? endpoints = null, string? path = null, bool overwrite = false)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        var request = new SnapshotRequest([.. endpoints ?? [Follower.Endpoint]], path ?? File, overwrite);
        return await new SnapshotOperation(connections, new FakeTime()).PlanAsync(request, CancellationToken.None);
    }

    private async Task<EtcdSnapshotResult> SaveAsync(
        SnapshotPlan? plan = null, string? path = null, bool overwrite = false, Action<long, long>? onProgress = null, CancellationToken token = default)
    {
        using var connections = new MemberConnections(_cluster, new EtcdConnectionOptions());
        plan ??= await PlanAsync(path: path, overwrite: overwrite);
        return await new SnapshotOperation(connections, new FakeTime()).ExecuteAsync(plan, (done, rest) =>
        {
            onProgress?.Invoke(done, rest);
            return Task.CompletedTask;
        }, token);
    }
}
