using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>
/// The main job while the cluster's users work on, in every version. The other runs on real clusters have the same users, but for
/// those where etcd lets nobody write (an alarm) or nobody decide (no quorum).
/// </summary>
[Collection(Alone.Name)]
public sealed class WorkloadTests
{
    private const int MiB = 96;

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Users_who_write_read_and_hold_a_lease_lose_nothing(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await sandbox.FillAsync(new EtcdFill(MiB, DeletedPart: 0.25));
        await using var witness = await Witness.StartAsync(sandbox);

        var report = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true, r => r with { MoveLeader = true });

        Assert.True(report.IsSuccess, report.Refusal?.Reason ?? string.Join('\n', report.Results));
        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.Defragmented, r.Outcome));
        Assert.Equal(["m1", "m2", "m3"], witness.Defragmented.Order());
        Assert.True(witness.WereOneAfterTheOther);
        await witness.VerifyAsync();
    }
}
