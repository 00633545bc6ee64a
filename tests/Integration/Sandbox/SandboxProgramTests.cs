using System.Diagnostics;
using System.Globalization;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Sandbox;

public sealed class SandboxProgramTests
{
    [SkippableFact]
    public async Task Try_defragments_three_members_leader_last_and_leaves_nothing_behind()
    {
        var etcd = await EtcdVersions.FindAsync("3.5");

        var result = await SandboxProgram.RunAsync("try", "--etcd-version", $"{etcd.Version.Major}.{etcd.Version.Minor}", "--fill", "16");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(3, result.Output.Count(l => l.Contains("Finished defragmenting", StringComparison.Ordinal)));
        Assert.Equal("The cluster is gone, and its files with it.", result.Output[^1]);
        Assert.Contains("RECLAIMED", result.Output[^5], StringComparison.Ordinal);
        Assert.All(result.Output.Skip(result.Output.Count - 4).Take(3), line => Assert.Matches(@"1\d\.\d MiB$", line));
    }

    [SkippableFact]
    public async Task Up_prints_its_endpoints_and_ends_with_its_input_where_that_is_asked_for()
    {
        await EtcdVersions.FindAsync("3.5");
        using var process = SandboxProgram.Start("up", "--members", "1", "--etcd-version=3.5", "--until-input-ends");
        var endpoints = await process.StandardOutput.ReadLineAsync();
        Assert.StartsWith("http://127.0.0.1:", endpoints, StringComparison.Ordinal);
        var run = await Engine.RunAsync([endpoints!], wholeCluster: true, r => r with { Force = true });

        process.StandardInput.Close();
        await process.WaitForExitAsync();

        Assert.True(run.IsSuccess);
        Assert.Equal(0, process.ExitCode);
        Assert.False((await Engine.InspectAsync([endpoints!], wholeCluster: false)).Statuses.Any());
    }

    /// <summary>As a job in the background, or as a service.</summary>
    [SkippableFact]
    public async Task Up_without_an_input_stays_until_SIGTERM_and_leaves_nothing_behind()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no kill.");
        await EtcdVersions.FindAsync("3.5");
        using var process = SandboxProgram.Start("up", "--members=1", "--etcd-version=3.5");
        process.StandardInput.Close();
        var endpoints = await process.StandardOutput.ReadLineAsync();

        using var moment = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.WaitForExitAsync(moment.Token));
        Assert.Single((await Engine.InspectAsync([endpoints!], wholeCluster: false)).Statuses);

        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync();
        var said = (await process.StandardError.ReadToEndAsync()).Split('\n');
        var folder = said.Single(line => line.StartsWith("Logs and data", StringComparison.Ordinal)).Split(' ')[5];

        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("etcd-defrag-sandbox-", Path.GetFileName(folder), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
        Assert.False((await Engine.InspectAsync([endpoints!], wholeCluster: false)).Statuses.Any());
    }

    [Theory]
    [InlineData("--members", "8", "--members is a number from 1 to 7.")]
    [InlineData("--members", "0", "--members is a number from 1 to 7.")]
    [InlineData("--fill", "-1", "--fill is a number of MiB from 0 to 1024.")]
    [InlineData("--etcd-version", "2.3", "'2.3' is not a minor version of etcd from 3.4 on, such as 3.5.")]
    [InlineData("--version", "3.5", "There is no option '--version' of 'up'.")]
    public async Task A_sandbox_that_cannot_be_is_refused_at_once(string option, string value, string problem)
    {
        var result = await SandboxProgram.RunAsync("up", option, value);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(problem, result.Error);
    }

    [Fact]
    public async Task Help_lists_the_commands()
    {
        var result = await SandboxProgram.RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.Output, line => line.StartsWith("try ", StringComparison.Ordinal));
        Assert.Contains(result.Output, line => line.StartsWith("up ", StringComparison.Ordinal));
    }
}
