using System.Diagnostics;
using System.Text;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Cli;

/// <summary>What a terminal shows while a member is at work, and what files and programs never see.</summary>
public sealed class LiveLineTests
{
    private const string Erase = "\r\u001b[K";

    /// <summary>A run that waits a second between two members, which is time enough to show it.</summary>
    private const string Waiting = "--cluster --wait-between-defrags=1s";

    [SkippableFact]
    public async Task A_terminal_shows_who_is_at_work_until_it_is_done()
    {
        SkipWithoutTerminal();
        await using var cluster = await FakeCluster.StartAsync(3);
        var release = HoldDefragmentation(cluster.Members[1]);
        using var process = Command.StartAtTerminal($"--endpoints {cluster.Endpoints[0]} --cluster");

        var seen = new StringBuilder();
        await ReadUntilAsync(process, seen, $"\r\u001b[?7lDefragmenting {cluster.Endpoints[1]}: ");
        release.SetResult();
        var rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        var all = seen.Append(rest).ToString();
        Assert.Contains($"{Erase}20", all, StringComparison.Ordinal);
        Assert.Contains("The defragmentation is successful.", all, StringComparison.Ordinal);
        Assert.True(all.LastIndexOf("\u001b[?7h", StringComparison.Ordinal) < all.LastIndexOf(Erase, StringComparison.Ordinal), all);
    }

    [SkippableFact]
    public async Task A_program_that_reads_JSON_never_sees_it()
    {
        SkipWithoutTerminal();
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await Command.RunProgramAsync(Command.StartAtTerminal($"--endpoints {cluster.Endpoints[0]} {Waiting} -w json"));

        AssertNotShown(result);
    }

    [Fact]
    public async Task A_file_never_has_it()
    {
        await using var cluster = await FakeCluster.StartAsync(3);

        AssertNotShown(await Command.RunAsync(["--endpoints", cluster.Endpoints[0], .. Waiting.Split(' ')]));
    }

    private static void SkipWithoutTerminal() => Skip.IfNot(File.Exists("/usr/bin/script"), "There is no script of util-linux here.");

    private static void AssertNotShown(CommandResult result)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain("\u001b[K", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Asking the members", result.ToString(), StringComparison.Ordinal);
    }

    private static TaskCompletionSource HoldDefragmentation(FakeMember member)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        member.On("Defragment", async (_, token) =>
        {
            await release.Task.WaitAsync(token);
            member.State.Status.DbSize = member.State.Status.DbSizeInUse;
            return FakeReply.Message(new DefragmentResponse());
        });
        return release;
    }

    private static async Task ReadUntilAsync(Process process, StringBuilder seen, string text)
    {
        var buffer = new char[4096];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await process.StandardOutput.ReadAsync(buffer);
            Assert.True(read > 0, seen.ToString());
            seen.Append(buffer, 0, read);
        }
    }
}
