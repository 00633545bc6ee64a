using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>A fill leaves exactly the kind of database a defragmentation is for.</summary>
public class SandboxFillTests
{
    private const long MiB = 1024 * 1024;

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_fill_leaves_free_pages_in_the_file_of_every_member_learner_included(string minor)
    {
        // Without the check a learner may join before the cluster is 5 s old.
        var options = new EtcdSandboxOptions { Members = 3, Arguments = ["--strict-reconfig-check=false"] };
        await using var sandbox = await TestCluster.StartAsync(options, minor);
        await sandbox.AddLearnerAsync();
        await sandbox.FillAsync(new EtcdFill(48));
        var statuses = await Task.WhenAll(sandbox.Members.Select(member => member.Client.GetStatusAsync(default)));

        Assert.Equal(4, statuses.Length);
        Assert.All(statuses, status => Assert.InRange(status.DbSize, 48 * MiB, 72 * MiB));
        Assert.All(statuses, status => Assert.InRange(status.DbSizeInUse, 12 * MiB, 18 * MiB));
    }

    [SkippableFact]
    public async Task Fills_add_up()
    {
        await using var sandbox = await TestCluster.StartAsync(1);
        await sandbox.FillAsync(new EtcdFill(8, DeletedPart: 0));
        await sandbox.FillAsync(new EtcdFill(8, DeletedPart: 0));
        await sandbox.FillAsync(new EtcdFill(4, DeletedPart: 1));
        await sandbox.FillAsync(new EtcdFill(1));
        var status = await sandbox.Members[0].Client.GetStatusAsync(default);

        Assert.InRange(status.DbSizeInUse, 16 * MiB, 18 * MiB);
        Assert.InRange(status.DbSize, 20 * MiB, 26 * MiB);
    }

    [SkippableFact]
    public async Task A_fill_leaves_out_a_member_that_is_down()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await sandbox.Members[0].StopAsync();
        await sandbox.FillAsync(new EtcdFill(8, DeletedPart: 0.5));
        var status = await sandbox.Members[1].Client.GetStatusAsync(default);

        Assert.InRange(status.DbSize - status.DbSizeInUse, 3 * MiB, 12 * MiB);
    }

    [SkippableFact]
    public async Task A_fill_beyond_the_quota_is_refused_in_etcds_words()
    {
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, QuotaBytes = 4 * MiB });

        // etcd compares its quota with what is in the file, and writes there ten times a second: a small fill is over before.
        var refusal = await Assert.ThrowsAsync<EtcdSandboxClientException>(() => sandbox.FillAsync(new EtcdFill(128)));

        Assert.Contains("database space exceeded", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-3, 0.5)]
    [InlineData(1, -0.1)]
    [InlineData(1, 1.1)]
    [InlineData(1, double.NaN)]
    public void A_fill_that_makes_no_sense_is_refused(int miB, double part)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EtcdFill(miB, part));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EtcdFill(1) with { MiB = miB, DeletedPart = part });
    }
}
