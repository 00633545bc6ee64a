using System.Globalization;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Gateway;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>What the gateway offers for faults and for proofs works on every version.</summary>
public class EtcdGatewayTests
{
    private static readonly string[] Entries = [.. Enumerable.Range(0, 2100).Select(n => n.ToString("D4", CultureInfo.InvariantCulture))];

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Keys_are_read_back(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        var gateway = sandbox.Members[0].Gateway;
        var revision = await gateway.PutAsync("one", "1"u8.ToArray(), default);
        var one = await gateway.RangeAsync("one", default);
        var none = await gateway.RangeAsync("none", default);

        Assert.Equal(("1", 1L, revision), (one.Value, one.Count, one.Header.Revision));
        Assert.Equal((null, 0L), (none.Value, none.Count));

        foreach (var batch in Entries.Chunk(128))
        {
            await gateway.PutAsync(batch.Select(n => new KeyValuePair<string, ReadOnlyMemory<byte>>($"many/{n}", "v"u8.ToArray())), default);
        }

        var many = await gateway.RangePrefixAsync("many/", default);
        Assert.Equal(Entries.Select(n => $"many/{n}"), many.Select(key => key.Key));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_lease_keeps_its_key_until_it_is_revoked(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        var gateway = sandbox.Members[0].Gateway;
        var lease = await gateway.GrantLeaseAsync(TimeSpan.FromSeconds(60), default);
        await gateway.PutAsync("held", "1"u8.ToArray(), lease, default);

        Assert.Equal(lease, (await gateway.RangeAsync("held", default)).Keys[0].LeaseId);
        Assert.Equal(TimeSpan.FromSeconds(60), await gateway.KeepLeaseAliveAsync(lease, default));
        var state = await gateway.GetLeaseAsync(lease, default);
        Assert.InRange(state.SecondsToLive, 50, 60);
        Assert.Equal(["held"], state.Keys);
        await gateway.RevokeLeaseAsync(lease, default);
        Assert.Null((await gateway.RangeAsync("held", default)).Value);
        Assert.Equal(TimeSpan.Zero, await gateway.KeepLeaseAliveAsync(lease, default));
        Assert.Equal(-1, (await gateway.GetLeaseAsync(lease, default)).SecondsToLive);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task All_members_learners_too_have_one_hash(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        await sandbox.FillAsync(new EtcdFill(1, 0.5));
        var learner = await sandbox.AddLearnerAsync();
        var voter = sandbox.Members[0];
        var members = await voter.Gateway.GetMemberListAsync(default);
        var revision = await voter.Gateway.PutAsync("last", "1"u8.ToArray(), default);
        var hash = await voter.Gateway.HashKVAsync(revision, default);

        Assert.Equal([false, true], members.Select(member => member.IsLearner).Order());
        var id = await voter.GetMemberIdAsync();
        Assert.Contains(members, member => member.Id == id && member.ClientUrls.Contains(voter.Endpoint));
        Assert.True(hash.CompactRevision > 1);
        Assert.Equal(revision, hash.Header.Revision);
        await Eventually.HoldsAsync(
            async () => (await learner.Gateway.HashKVAsync(revision, default)) is var other
                && (other.Hash, other.CompactRevision) == (hash.Hash, hash.CompactRevision),
            "the learner has the same hash");
        Assert.NotEqual(hash.Hash, (await voter.Gateway.HashKVAsync(revision - 1, default)).Hash);
        await Assert.ThrowsAsync<EtcdGatewayException>(() => voter.Gateway.HashKVAsync(revision + 100, default));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_held_snapshot_keeps_the_members_stream_open_and_a_defragmentation_waiting(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(1, minor);
        await sandbox.FillAsync(new EtcdFill(16, 0));
        var gateway = sandbox.Members[0].Gateway;
        Task defragmentation;
        await using (await gateway.OpenSnapshotAsync(default))
        {
            Assert.Equal(1, await OpenSnapshotsAsync(gateway));
            defragmentation = gateway.DefragmentAsync(default);
            await Eventually.HoldsAsync(async () => Metric(await gateway.GetMetricsAsync(default), "etcd_disk_defrag_inflight") == 1, "it is under way");
            using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => defragmentation.WaitAsync(moment.Token));
            Assert.Equal(1, await OpenSnapshotsAsync(gateway));
        }

        await defragmentation;
        await Eventually.HoldsAsync(async () => await OpenSnapshotsAsync(gateway) == 0, "the stream is closed");
    }

    private static async Task<double> OpenSnapshotsAsync(EtcdGateway gateway)
    {
        var metrics = await gateway.GetMetricsAsync(default);
        return Metric(metrics, "grpc_server_started_total", "Snapshot") - Metric(metrics, "grpc_server_handled_total", "Snapshot");
    }

    private static double Metric(string metrics, string name, string method = "") => metrics
        .Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(method, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
