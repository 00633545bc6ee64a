using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Cli;

public sealed class SandboxCommandTests
{
    [SkippableFact]
    public async Task Try_defragments_three_members_leader_last_and_leaves_nothing_behind()
    {
        var etcd = await EtcdVersions.FindAsync("3.5");

        var result = await Command.RunAsync("try", "--etcd-version", $"{etcd.Version.Major}.{etcd.Version.Minor}", "--fill", "16");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(3, result.Output.Count(l => l.Contains("Finished defragmenting", StringComparison.Ordinal)));
        Assert.Equal("The cluster is gone, and its files with it.", result.Output[^1]);
        Assert.Contains("RECLAIMED", result.Output[^5], StringComparison.Ordinal);
        Assert.All(result.Output.Skip(result.Output.Count - 4).Take(3), line => Assert.Matches(@"1\d\.\d MiB$", line));
    }

    [SkippableFact]
    public async Task Sandbox_prints_its_endpoints_and_ends_with_its_input()
    {
        await EtcdVersions.FindAsync("3.5");
        using var process = Command.Start("sandbox", "--members", "1", "--etcd-version", "3.5");
        var endpoints = await process.StandardOutput.ReadLineAsync();
        Assert.StartsWith("http://127.0.0.1:", endpoints, StringComparison.Ordinal);
        var run = await Engine.RunAsync([endpoints!], wholeCluster: true, r => r with { Force = true });

        process.StandardInput.Close();
        await process.WaitForExitAsync();

        Assert.True(run.IsSuccess);
        Assert.Equal(0, process.ExitCode);
        Assert.False((await Engine.InspectAsync([endpoints!], wholeCluster: false)).Statuses.Any());
    }

    [Theory]
    [InlineData("--members", "8", "--members is a number from 1 to 7.")]
    [InlineData("--members", "0", "--members is a number from 1 to 7.")]
    [InlineData("--fill", "-1", "--fill is a number of MiB from 0 to 1024.")]
    [InlineData("--etcd-version", "2.3", "--etcd-version is a minor version from 3.4 on, for example 3.5.")]
    public async Task A_sandbox_that_cannot_be_is_refused_at_once(string option, string value, string problem)
    {
        var result = await Command.RunAsync("sandbox", option, value);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(problem, result.Error);
    }
}
