using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>What other clients are doing with the members meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class OtherClientsTests(BigCluster cluster) : IClassFixture<BigCluster>
{
    [SkippableFact]
    public async Task While_somebody_else_defragments_a_member_nothing_is_touched_until_that_has_ended()
    {
        await using var witness = await cluster.WitnessAsync();
        var member = cluster.Sandbox.Members[1];
        using var port = Engine.Connect(member.Endpoint);
        var other = member.Client.DefragmentAsync(CancellationToken.None);
        await Eventually.HoldsAsync(
            async () => (await port.GetMetricsAsync(CancellationToken.None)).IsDefragmenting is true,
            $"{member.Name} is defragmenting",
            pause: TimeSpan.FromMilliseconds(5));

        var refused = await Engine.RunAsync([cluster.Sandbox.Endpoints[0]], wholeCluster: true, r => r with { Force = true });
        await other;
        var after = await Engine.RunAsync([cluster.Sandbox.Endpoints[0]], wholeCluster: true);

        Assert.Equal("DefragInFlight", refused.Refusal?.Rule);
        Assert.Contains(member.Endpoint, refused.Refusal!.Reason, StringComparison.Ordinal);
        Assert.True(after.IsSuccess, after.Refusal?.Reason);
        Assert.Equal(4, witness.Defragmented.Count);
        Assert.Equal(member.Name, witness.Defragmented[0]);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task While_a_backup_reads_from_a_member_nothing_is_touched_until_it_has_ended()
    {
        await using var witness = await cluster.WitnessAsync();
        var member = cluster.Sandbox.Members[1];

        using (await member.Client.OpenSnapshotAsync(CancellationToken.None))
        {
            var refused = await Engine.RunAsync([cluster.Sandbox.Endpoints[0]], wholeCluster: true);

            Assert.Equal("SnapshotInProgress", refused.Refusal?.Rule);
            Assert.Contains(member.Endpoint, refused.Refusal!.Reason, StringComparison.Ordinal);
            Assert.Empty(witness.Defragmented);
        }

        using var port = Engine.Connect(member.Endpoint);
        await Eventually.HoldsAsync(
            async () => (await port.GetMetricsAsync(CancellationToken.None)).OpenSnapshotCount == 0, "the member has noticed that the backup is over");
        var after = await Engine.RunAsync([cluster.Sandbox.Endpoints[0]], wholeCluster: true);

        Assert.True(after.IsSuccess, after.Refusal?.Reason);
        Assert.Equal(3, witness.Defragmented.Count);
        await witness.VerifyAsync();
    }
}
