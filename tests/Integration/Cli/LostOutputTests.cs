using System.Diagnostics;
using EtcdDefrag.Integration.Monitoring;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Fakes;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Integration.Cli;

/// <summary>What becomes of a run or a monitor whose words nobody can take.</summary>
[Collection(Alone.Name)]
public sealed class LostOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("2>/dev/full")]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("-w json >/dev/full 2>/dev/full")]
    public async Task A_run_goes_on_to_its_end_and_says_so_by_its_exit_code(string redirection)
    {
        SkipWithoutShell();
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await Command.RunProgramAsync(Command.StartInShell($"etcd-defrag --endpoints={cluster.Endpoints[0]} --cluster --wait-between-defrags=0 {redirection}"));

        Assert.Equal(1, result.ExitCode);
        Assert.All(cluster.Members, m => Assert.Single(m.CallsOf("Defragment")));
        Assert.Empty(cluster.Members.SelectMany(m => m.State.Leases));
    }

    [SkippableFact]
    public async Task A_run_whose_reader_has_gone_goes_on_to_its_end_too()
    {
        SkipWithoutShell();
        await using var cluster = await FakeCluster.StartAsync(3);

        var result = await Command.RunProgramAsync(Command.StartInShell(
            $"set -o pipefail; etcd-defrag --endpoints={cluster.Endpoints[0]} --cluster --wait-between-defrags=0 -w json | head -n 1"));

        Assert.Equal(1, result.ExitCode);
        Assert.All(cluster.Members, m => Assert.Single(m.CallsOf("Defragment")));
        Assert.Contains(result.Error, l => l.StartsWith("Standard output cannot be written", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("| head -n 1")]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    public async Task A_monitor_whose_events_cannot_be_written_ends(string redirection)
    {
        SkipWithoutShell();
        await using var cluster = await FakeCluster.StartAsync(3);
        var file = WriteConfiguration(cluster, "");

        var result = await Command.RunProgramAsync(Command.StartInShell($"set -o pipefail; etcd-defrag monitor --config '{file}' {redirection}"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Error, l => l.StartsWith("Standard output cannot be written, so the monitor has ended: ", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error, l => l.Contains("internal error", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_monitor_that_nobody_reads_ends_on_SIGTERM_all_the_same()
    {
        SkipWithoutShell();
        await using var cluster = await FakeCluster.StartAsync(3);

        // A name of 60 KB for the cluster, so that the first event fills the pipe.
        var file = Path.Combine(_folder.Path, "monitor.json");
        await File.WriteAllTextAsync(file, $$"""{ "clusters": [{{string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{ "name": "{{new string('n', 300)}}{{i}}", "endpoints": ["http://127.0.0.1:{{i + 1}}"] }"""))}}], "checkInterval": "1s" }""");
        using var process = Command.Start("monitor", "--config", file, "-w", "json");
        await Eventually.HoldsAsync(() => IsBlockedInWrite(process.Id), "the monitor waits for room in the pipe");

        Signals.Send(process, MonitorProcess.Terminate);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("did not end within 28 s", await process.StandardError.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("passwordFile", "is not a regular file")]
    [InlineData("caCertificatePath", "is not a regular file")]
    public async Task A_pipe_in_a_files_place_holds_nobody_up(string key, string problem)
    {
        SkipWithoutShell();
        await using var cluster = await FakeCluster.StartAsync(3);
        var pipe = await MakePipeAsync();
        var file = WriteConfiguration(cluster, $$""", "connection": { "{{key}}": "{{pipe}}"{{(key == "passwordFile" ? ", \"userName\": \"root\"" : "")}} }, "checkInterval": "1s", "defragOnStartup": true""");
        await using var monitor = MonitorProcess.Start(file, null, "-w", "json");
        await Eventually.HoldsAsync(() => monitor.Output.Any(l => l.Contains(problem, StringComparison.Ordinal)), "the monitor says what stands there", TimeSpan.FromSeconds(60));

        monitor.Signal(MonitorProcess.Terminate);

        Assert.Equal(0, await monitor.EndAsync());
    }

    [SkippableFact]
    public async Task A_pipe_for_a_configuration_is_refused()
    {
        SkipWithoutShell();

        var result = await Command.RunAsync("monitor", "--config", await MakePipeAsync());

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("not a regular file", result.ToString(), StringComparison.Ordinal);
    }

    private static void SkipWithoutShell() => Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full and /proc are Linux'.");

    private static bool IsBlockedInWrite(int processId) => Directory.EnumerateDirectories($"/proc/{processId}/task").Any(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "wchan")).Contains("pipe_write", StringComparison.Ordinal)
                || File.ReadAllText(Path.Combine(task, "syscall")).StartsWith("1 0x1 ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private async Task<string> MakePipeAsync()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        using var made = Process.Start("mkfifo", [pipe]);
        await made.WaitForExitAsync();
        return pipe;
    }

    private string WriteConfiguration(FakeCluster cluster, string more)
    {
        var file = Path.Combine(_folder.Path, "monitor.json");
        File.WriteAllText(file, $$"""{ "endpoints": ["{{cluster.Endpoints[0]}}"]{{more}} }""");
        return file;
    }
}
