using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Clusters;
using EtcdDefrag.Sandbox.Locating;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>A start that does not succeed says why and leaves nothing behind.</summary>
public sealed class SandboxFailureTests : IDisposable
{
    private readonly TemporaryFolder _work = new();

    public void Dispose() => _work.Dispose();

    [SkippableFact]
    public async Task A_flag_etcd_does_not_know_is_told_with_the_member_and_its_log()
    {
        var options = new EtcdSandboxOptions { Members = 3, Arguments = ["--no-such-flag"] };
        var failure = await Assert.ThrowsAsync<EtcdSandboxException>(() => TestCluster.StartAsync(options));

        Assert.Matches("^m[123] ended instead of starting", failure.Message);
        Assert.Contains("flag provided but not defined: -no-such-flag", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_member_that_ends_at_once_leaves_no_folder()
    {
        var binary = AddImpostor("echo the disk is on fire >&2; exit 3");
        var failure = await Assert.ThrowsAsync<EtcdSandboxException>(() => StartAsync(binary));

        Assert.Contains("the disk is on fire", failure.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [SkippableFact]
    public async Task A_member_that_never_answers_is_given_up_and_killed()
    {
        var binary = AddImpostor("trap '' TERM; exec sleep 600");
        var failure = await Assert.ThrowsAsync<EtcdSandboxException>(() => StartAsync(binary));

        Assert.Contains("m1 did not start", failure.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [SkippableFact]
    public async Task A_start_that_is_cancelled_leaves_nothing()
    {
        var binary = AddImpostor("exec sleep 600");
        using var cancel = new CancellationTokenSource();
        var start = EtcdSandbox.StartAsync(new EtcdSandboxOptions { Members = 1, Binaries = [binary] }, cancel.Token);
        await Eventually.HoldsAsync(() => File.Exists(_work["note"]), "the member starts");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        AssertNothingLeft();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Ports_taken_by_another_program_are_exchanged_for_others(string minor)
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var taken = ((IPEndPoint)stranger.LocalEndpoint).Port;
        var searches = 0;
        IReadOnlyList<int> FindPorts(int count) =>
            searches++ == 0 ? [.. LoopbackPorts.Find(count - 1), taken] : LoopbackPorts.Find(count);
        var lines = new List<string>();
        var options = new EtcdSandboxOptions { Members = 2, Log = lines.Add, Binaries = [await EtcdVersions.FindAsync(minor)] };
        await using var folder = await SandboxFolder.CreateAsync(default);
        var start = new ClusterStart(options, folder.Path, FindPorts);
        var members = await start.RunAsync(default);

        try
        {
            Assert.Equal(2, searches);
            Assert.Contains(lines, line => line.Contains("port was taken", StringComparison.Ordinal));
            Assert.DoesNotContain(members, member => member.PeerEndpoint.EndsWith($":{taken}", StringComparison.Ordinal));
            Assert.All(members, member => Assert.True(member.IsRunning));
        }
        finally
        {
            await ClusterStart.EndAsync(members);
        }
    }

    private static Task<EtcdSandbox> StartAsync(EtcdBinary binary) => EtcdSandbox.StartAsync(
        new EtcdSandboxOptions { Members = 1, Binaries = [binary], StartTimeout = TimeSpan.FromSeconds(1) });

    // Notes its process id and its arguments, among them the sandbox's folder.
    private EtcdBinary AddImpostor(string behaviour)
    {
        Skip.If(OperatingSystem.IsWindows(), "The impostor is a shell script.");
        var script = $"echo \"$$ $*\" >'{_work["note.new"]}'; mv '{_work["note.new"]}' '{_work["note"]}'\n{behaviour}";
        return new EtcdBinary(_work.AddScript("bin", "etcd", script), new Version(3, 5, 16), "the test");
    }

    private void AssertNothingLeft()
    {
        var note = File.ReadAllText(_work["note"]).Split(' ', '\n');
        var data = note.Single(word => word.StartsWith("--data-dir=", StringComparison.Ordinal))["--data-dir=".Length..];

        Assert.False(ProcessTable.Lives(int.Parse(note[0], CultureInfo.InvariantCulture)));
        Assert.StartsWith("etcd-defrag-sandbox-", Path.GetFileName(Path.GetDirectoryName(data)));
        Assert.False(Directory.Exists(Path.GetDirectoryName(data)));
    }
}
