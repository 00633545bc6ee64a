using Docker.DotNet;
using EtcdDefrag.Containers.Support;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Containers;

/// <summary>Disks and memory that are used up by a defragmentation.</summary>
public sealed class ResourceTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [SkippableTheory]
    [MemberData(nameof(EtcdImages.Minors), MemberType = typeof(EtcdImages))]
    public async Task A_disk_that_fills_up_in_the_middle_costs_one_member_at_most(string minor)
    {
        // Room for the database, and not for the copy that etcd writes beside it.
        await using var cluster = await ContainerCluster.StartAsync(minor, new ContainerClusterOptions { DiskMiB = 64 });
        await cluster.FillAsync(40, deletedPart: 0.2);
        await using var writer = await Writer.StartAsync(cluster);

        var report = await Engine.RunAsync([cluster.Endpoints[0]], wholeCluster: true, r => r with { ObservationTimeout = Soon });

        var first = report.Results[0];
        var member = cluster.Find(first.Endpoint);
        if (first.Outcome == EtcdDefragOutcome.Failed)
        {
            // The process may end after its answer all the same: by the next write to the full disk.
            Assert.Contains("no space left on device", first.Reason, StringComparison.Ordinal);
        }
        else
        {
            // etcd#18810: it ends the process, and takes the answer with it.
            Assert.Equal(EtcdDefragOutcome.Unknown, first.Outcome);
            Assert.False(await member.IsRunningAsync(), first.Reason);
            Assert.Contains(report.Warnings, w => w.Text.Contains("etcd#18810", StringComparison.Ordinal));
        }

        Assert.All(report.Results.Skip(1), r => Assert.Equal(EtcdDefragOutcome.NotAttempted, r.Outcome));
        Assert.Equal([member.Name], await cluster.GetDefragmentationsAsync());
        await writer.VerifyAsync(lost: member);
    }

    [SkippableFact]
    public async Task A_member_that_runs_out_of_memory_in_the_middle_is_unknown_and_no_other_is_touched()
    {
        await using var cluster = await ContainerCluster.StartAsync(EtcdImages.Usual);
        await cluster.FillAsync(8);
        await using var writer = await Writer.StartAsync(cluster);
        using var call = new HeldCall(cluster, async c =>
        {
            // What the others write meanwhile piles up in it, since it cannot apply anything.
            await LimitToWhatIsUsedAsync(c.Member);
            var other = cluster.Members.First(m => m != c.Member);
            for (var i = 0; !await c.Member.WasKilledForMemoryAsync(); i++)
            {
                Assert.True(i < 256, $"256 MiB do not fill the memory of {c.Member.Name}.");
                await other.Client.PutManyAsync(Enumerable.Range(0, 64).Select(n => $"fill/more/{n}"));
            }
        });

        var report = await Engine.RunAsync(
            [cluster.Endpoints[0]], wholeCluster: true, r => r with { ObservationTimeout = Soon }, call.Observer);

        Outcomes.AssertFirstOnly(report, EtcdDefragOutcome.Unknown);
        Assert.Equal([call.Member.Name], await cluster.GetDefragmentationsAsync());
        await call.Member.LimitMemoryAsync(2048);
        await call.Member.RestartAsync();
        await writer.VerifyAsync();
    }

    private static async Task LimitToWhatIsUsedAsync(ContainerMember member)
    {
        for (var memoryMiB = 64; ; memoryMiB += 32)
        {
            try
            {
                await member.LimitMemoryAsync(memoryMiB);
                return;
            }
            catch (DockerApiException refused) when (memoryMiB < 192 && refused.Message.Contains("set memory limit", StringComparison.Ordinal))
            {
                // The kernel sets no limit below what is used and cannot be given back at once.
            }
        }
    }
}
