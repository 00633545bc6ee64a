using EtcdDefrag.Containers.Support;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Containers;

/// <summary>A rolling upgrade on the same data, from the oldest version through all that there are; each step begins under a run.</summary>
public sealed class UpgradeTests
{
    [SkippableFact]
    public async Task A_run_leaves_off_when_an_upgrade_begins_and_the_next_goes_on_after_it()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Oldest);
        await using var writer = await Writer.StartAsync(cluster);
        var upgrades = 0;
        await foreach (var (minor, image) in EtcdImages.GetNewerAsync())
        {
            await UpgradeAsync(cluster, minor, image);
            upgrades++;
        }

        Skip.If(upgrades == 0, $"No image of an etcd newer than {EtcdImages.Oldest} can be had.");
        await writer.VerifyAsync();
    }

    private static async Task UpgradeAsync(ContainerCluster cluster, string minor, string image)
    {
        var before = (await cluster.GetDefragmentationsAsync()).Count;
        var leader = await cluster.GetLeaderAsync();
        ContainerMember? upgraded = null;
        var observer = new RunObserver(async e =>
        {
            if (e is StepFinished finished && upgraded is null)
            {
                upgraded = cluster.Members.Single(m => m != leader && m.Endpoint != finished.Result.Endpoint);
                await upgraded.ReplaceAsync(image);
            }
        });

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, observer: observer);

        Assert.Equal("MixedVersions", report.Refusal?.Rule);
        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Defragmented);
        Assert.Equal(before + 1, (await cluster.GetDefragmentationsAsync()).Count);

        foreach (var member in cluster.Members.Where(m => m != upgraded).OrderBy(m => m == leader))
        {
            await cluster.WaitUntilHealthyAsync();
            await member.ReplaceAsync(image);
        }

        await cluster.WaitUntilHealthyAsync();
        await cluster.WaitForVersionAsync(minor);
        var after = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true);
        Outcomes.AssertAllDefragmented(after);
        Assert.Equal(["m1", "m2", "m3"], (await cluster.GetDefragmentationsAsync()).Skip(before + 1).Order());
    }
}
