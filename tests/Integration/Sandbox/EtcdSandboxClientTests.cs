using System.Globalization;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>What the sandbox's client offers for faults and for proofs works on every version.</summary>
public class EtcdSandboxClientTests
{
    private static readonly string[] Entries = [.. Enumerable.Range(0, 2100).Select(n => n.ToString("D4", CultureInfo.InvariantCulture))];

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Keys_are_read_back(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        var client = sandbox.Members[0].Client;
        var revision = await client.PutAsync("one", "1"u8.ToArray(), default);
        var one = await client.RangeAsync("one", default);

        Assert.Equal((1L, revision), (one.Count, one.Header.Revision));
        Assert.Equal("1", await client.GetValueAsync("one", default));
        Assert.Null(await client.GetValueAsync("none", default));

        foreach (var batch in Entries.Chunk(128))
        {
            await client.PutAsync(batch.Select(n => new KeyValuePair<string, ReadOnlyMemory<byte>>($"many/{n}", "v"u8.ToArray())), default);
        }

        var many = await client.RangePrefixAsync("many/", default);
        Assert.Equal(Entries.Select(n => $"many/{n}"), many.Select(key => key.Key.ToStringUtf8()));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_lease_keeps_its_key_until_it_is_revoked(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        var client = sandbox.Members[0].Client;
        var lease = await client.GrantLeaseAsync(TimeSpan.FromSeconds(60), default);
        await client.PutAsync("held", "1"u8.ToArray(), lease, default);

        Assert.Equal(lease, (await client.RangeAsync("held", default)).Kvs[0].Lease);
        Assert.Equal(TimeSpan.FromSeconds(60), await client.KeepLeaseAliveAsync(lease, default));
        var state = await client.GetLeaseAsync(lease, default);
        Assert.InRange(state.TTL, 50, 60);
        Assert.Equal(["held"], state.Keys.Select(key => key.ToStringUtf8()));
        await client.RevokeLeaseAsync(lease, default);
        Assert.Null(await client.GetValueAsync("held", default));
        Assert.Equal(TimeSpan.Zero, await client.KeepLeaseAliveAsync(lease, default));
        Assert.Equal(-1, (await client.GetLeaseAsync(lease, default)).TTL);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task All_members_learners_too_have_one_hash(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        await sandbox.FillAsync(new EtcdFill(1, 0.5));
        var learner = await sandbox.AddLearnerAsync();
        var voter = sandbox.Members[0];
        var members = await voter.Client.GetMemberListAsync(default);
        var revision = await voter.Client.PutAsync("last", "1"u8.ToArray(), default);
        var hash = await voter.Client.HashKVAsync(revision, default);

        Assert.Equal([false, true], members.Select(member => member.IsLearner).Order());
        var id = await voter.GetMemberIdAsync();
        Assert.Contains(members, member => member.ID == id && member.ClientURLs.Contains(voter.Endpoint));
        Assert.True(hash.CompactRevision > 1);
        Assert.Equal(revision, hash.Header.Revision);
        await Eventually.HoldsAsync(
            async () => (await learner.Client.HashKVAsync(revision, default)) is var other
                && (other.Hash, other.CompactRevision) == (hash.Hash, hash.CompactRevision),
            "the learner has the same hash");
        Assert.NotEqual(hash.Hash, (await voter.Client.HashKVAsync(revision - 1, default)).Hash);
        await Assert.ThrowsAsync<EtcdSandboxClientException>(() => voter.Client.HashKVAsync(revision + 100, default));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_held_snapshot_keeps_the_members_stream_open_and_a_defragmentation_waiting(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        await sandbox.FillAsync(new EtcdFill(1, 0));
        var client = sandbox.Members[0].Client;
        Task defragmentation;
        using (await client.OpenSnapshotAsync(default))
        {
            Assert.Equal(1, await OpenSnapshotsAsync(client));
            defragmentation = client.DefragmentAsync(default);
            await Eventually.HoldsAsync(async () => Metric(await client.GetMetricsAsync(default), "etcd_disk_defrag_inflight") == 1, "it is under way");
            using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => defragmentation.WaitAsync(moment.Token));
            Assert.Equal(1, await OpenSnapshotsAsync(client));
        }

        await defragmentation;
        await Eventually.HoldsAsync(async () => await OpenSnapshotsAsync(client) == 0, "the stream is closed");
    }

    private static async Task<double> OpenSnapshotsAsync(EtcdSandboxClient client)
    {
        var metrics = await client.GetMetricsAsync(default);
        return Metric(metrics, "grpc_server_started_total", "Snapshot") - Metric(metrics, "grpc_server_handled_total", "Snapshot");
    }

    private static double Metric(string metrics, string name, string method = "") => metrics
        .Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(method, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
