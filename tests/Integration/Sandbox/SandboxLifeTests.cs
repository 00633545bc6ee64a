using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>Clusters come up, answer, and leave nothing behind.</summary>
public class SandboxLifeTests
{
    public static TheoryData<int, string> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, string>();
            foreach (var minor in EtcdVersions.All)
            {
                sizes.Add(1, minor);
                sizes.Add(3, minor);
                sizes.Add(7, minor);
            }

            return sizes;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Sizes))]
    public async Task A_cluster_starts_with_a_leader_and_leaves_neither_process_nor_folder(int members, string minor)
    {
        int[] processes;
        string folder;
        await using (var sandbox = await TestCluster.StartAsync(members, minor))
        {
            processes = [.. sandbox.Members.Select(member => member.ProcessId!.Value)];
            folder = sandbox.Folder;
            var leader = await sandbox.GetLeaderAsync();
            var health = await Task.WhenAll(sandbox.Members.Select(member => member.Client.IsHealthyAsync(default)));
            var status = await leader.Client.GetStatusAsync(default);

            Assert.Equal(members, sandbox.Endpoints.Distinct().Count());
            Assert.All(health, Assert.True);
            Assert.All(processes, id => Assert.True(ProcessTable.Lives(id)));
            Assert.Equal(leader.Binary.Version.ToString(), status.Version);
            Assert.Equal(status.Leader, await leader.GetMemberIdAsync());
        }

        Assert.All(processes, id => Assert.False(ProcessTable.Lives(id)));
        Assert.False(Directory.Exists(folder));
    }

    [SkippableFact]
    public async Task The_folder_is_for_its_owner_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await using var sandbox = await TestCluster.StartAsync(1);

        Assert.StartsWith("etcd-defrag-sandbox-", Path.GetFileName(sandbox.Folder));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(sandbox.Folder));
    }

    [SkippableFact]
    public async Task Members_of_different_versions_form_one_cluster()
    {
        await using var sandbox = await TestCluster.StartAsync(3, "3.4", "3.5");
        var statuses = await Task.WhenAll(sandbox.Members.Select(member => member.Client.GetStatusAsync(default)));

        Assert.Equal(["3.4", "3.5", "3.4"], statuses.Select(status => status.Version[..3]));
        Assert.Single(statuses.Select(status => status.Leader).Distinct());
        Assert.Single(statuses.Select(status => status.Header.ClusterId).Distinct());
    }

    [SkippableFact]
    public async Task Two_sandboxes_at_once_do_not_meet()
    {
        var both = await Task.WhenAll(TestCluster.StartAsync(3), TestCluster.StartAsync(3));
        await using var first = both[0];
        await using var second = both[1];
        await first.Members[0].Client.PutAsync("mine", new byte[] { 1 }, default);
        var one = await first.Members[0].Client.GetStatusAsync(default);
        var other = await second.Members[0].Client.GetStatusAsync(default);

        Assert.NotEqual(one.Header.ClusterId, other.Header.ClusterId);
        Assert.Equal(2, one.Header.Revision);
        Assert.Equal(1, other.Header.Revision);
        Assert.Empty(first.Endpoints.Intersect(second.Endpoints));
    }

    [SkippableFact]
    public async Task Quota_and_further_flags_reach_every_member()
    {
        var options = new EtcdSandboxOptions { Members = 1, QuotaBytes = 16 << 20, Arguments = ["--max-txn-ops=7"] };
        await using var sandbox = await TestCluster.StartAsync(options);
        var log = await File.ReadAllTextAsync(sandbox.Members[0].LogFile);

        Assert.Contains("\"quota-size-bytes\":16777216", log, StringComparison.Ordinal);
        var keys = Enumerable.Range(0, 8).Select(index => $"k{index}");
        await Assert.ThrowsAsync<EtcdSandboxClientException>(
            () => sandbox.Members[0].Client.DeleteAsync(keys, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(-1)]
    public void A_number_of_members_that_makes_no_cluster_is_refused(int members)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new EtcdSandboxOptions { Members = members });

        Assert.Contains("from 1 to 7 members", refusal.Message, StringComparison.Ordinal);
    }
}
