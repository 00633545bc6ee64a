using System.Globalization;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary><c>etcd-defrag monitor</c> as a service: what it says to systemd and to the journal, and what signals do.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Config => _folder["monitor.json"];

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_says_ready_reloading_watchdog_and_stopping(bool isAbstract)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "There is no systemd.");
        await using var socket = new NotifySocket(isAbstract ? $"@etcd-defrag-{Guid.NewGuid():N}" : _folder["notify"]);
        Write("""{ "endpoints": ["127.0.0.1:1"], "checkInterval": "1h" }""");
        await using var monitor = MonitorProcess.Start(
            Config, new() { ["NOTIFY_SOCKET"] = socket.Name, ["WATCHDOG_USEC"] = "400000", ["INVOCATION_ID"] = "7" });

        await socket.UntilAsync("READY=1");
        await socket.UntilAsync("WATCHDOG=1", 5);
        monitor.Signal(MonitorProcess.Hangup);
        await socket.UntilAsync("READY=1", 2);
        Write("""{ "endpoints": ["127.0.0.1:1"], "checkInterval": "1h", "failureBudget": -1 }""");
        monitor.Signal(MonitorProcess.Hangup);
        await socket.UntilAsync("READY=1", 3);
        monitor.Signal(MonitorProcess.Terminate);

        Assert.Equal(0, await monitor.EndAsync());
        Assert.Equal(["READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1", "STOPPING=1"], socket.States);
        var monotonic = socket.Messages.First(m => m.StartsWith("RELOADING=1\n", StringComparison.Ordinal)).Split('=')[^1];
        var uptime = double.Parse((await File.ReadAllTextAsync("/proc/uptime")).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(long.Parse(monotonic, CultureInfo.InvariantCulture) / 1e6, uptime - 300, uptime + 5);
        Assert.Contains(socket.Messages, m => m.StartsWith("STATUS=etcd: The next check is due at ", StringComparison.Ordinal));

        Assert.All(monitor.Output, l => Assert.Matches("^<[3467]>", l));
        Assert.Single(monitor.Output, l => l.StartsWith($"<6>{Config} says what is already in force", StringComparison.Ordinal));
        Assert.Single(monitor.Output, l => l.StartsWith($"<3>{Config}:1: failureBudget: ", StringComparison.Ordinal));
        Assert.Empty(monitor.Error);
    }

    [SkippableFact]
    public async Task A_change_counts_at_once_on_sighup()
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no signals.");
        Write("""{ "endpoints": ["127.0.0.1:1"], "checkInterval": "1h" }""");
        await using var monitor = MonitorProcess.Start(Config, null, "--output", "json");
        await monitor.UntilAsync("CheckScheduled");
        Write("""{ "clusters": [{ "name": "other", "endpoints": ["127.0.0.1:1"] }], "enabled": false }""");
        monitor.Signal(MonitorProcess.Hangup);
        await monitor.UntilAsync("MonitorDisabled");
        monitor.Signal(MonitorProcess.Interrupt);

        Assert.Equal(0, await monitor.EndAsync());
        Assert.Equal(["ConfigurationInForce", "CheckScheduled", "ConfigurationInForce", "MonitorDisabled", "MonitorStopping", "MonitorStopped"], monitor.Names);
        Assert.Equal(["info"], monitor.Events.Select(e => e.GetProperty("level").GetString()).Distinct());
    }

    [Fact]
    public async Task Without_a_usable_configuration_it_does_not_begin()
    {
        Write("{\n  \"endpoints\": [\"127.0.0.1:1\"],\n  \"checkIntervall\": \"5s\",\n  \"failureBudget\": 0,\n}");

        var bad = await Command.RunAsync("monitor", "--config", Config);
        var missing = await Command.RunAsync("monitor", "--config", _folder["none.json"]);

        Assert.Equal((64, 64), (bad.ExitCode, missing.ExitCode));
        Assert.StartsWith($"{Config}:3: checkIntervall: no such key; did you mean checkInterval?", bad.Error[0], StringComparison.Ordinal);
        Assert.StartsWith($"{Config}:4: failureBudget: ", bad.Error[1], StringComparison.Ordinal);
        Assert.Equal([$"{_folder["none.json"]}: The file does not exist."], missing.Error);
        Assert.Empty(bad.Output.Concat(missing.Output));
    }

    [SkippableFact]
    public async Task A_log_that_cannot_be_written_ends_it_and_is_no_fault_of_its_own()
    {
        Skip.IfNot(File.Exists("/dev/full"), "There is no /dev/full.");
        Write("""{ "endpoints": ["127.0.0.1:1"] }""");

        var ended = await Command.RunProgramAsync(Command.StartInShell($"etcd-defrag monitor --config '{Config}' > /dev/full"));

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("Standard output cannot be written, so the monitor has ended: ", Assert.Single(ended.Error), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Sigterm_waits_for_the_member_under_way_and_begins_no_other()
    {
        await using var sandbox = await BeginAsync();
        await using var monitor = MonitorProcess.Start(Config, null, "--output", "json");
        var member = await PauseFirstAsync(sandbox, monitor);
        monitor.Signal(MonitorProcess.Terminate);
        await monitor.UntilAsync("MonitorStopping");

        // Longer than programs are usually given: the monitor must not be cut short by anything of its own.
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        member.Resume();

        Assert.Equal(0, await monitor.EndAsync());
        Assert.Equal([member.Name], ServerLog.Defragmentations(sandbox));
        var results = monitor.Events.Where(e => MonitorProcess.NameOf(e) == "StepFinished").Select(e => e.GetProperty("outcome").GetString());
        Assert.Equal(["Defragmented", "NotAttempted", "NotAttempted"], results);
        Assert.Equal(["RoundInterrupted", "MonitorStopped"], monitor.Names.TakeLast(2));
        await AssertNoLockAsync(sandbox);
    }

    [SkippableFact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var sandbox = await BeginAsync();
        await using var monitor = MonitorProcess.Start(Config, null, "--output", "json");
        var member = await PauseFirstAsync(sandbox, monitor);
        monitor.Signal(MonitorProcess.Terminate);
        await monitor.UntilAsync("MonitorStopping");
        monitor.Signal(MonitorProcess.Terminate);

        // The member hangs: only a process that waits for nobody can end before it goes on.
        Assert.Equal(143, await monitor.EndAsync());
        Assert.True(member.IsPaused);
        Assert.DoesNotContain("MonitorStopped", monitor.Names);
        member.Resume();
    }

    /// <summary>The lock's lease of 30 s is what bounds how long a killed monitor keeps others out.</summary>
    [SkippableFact]
    public async Task Killed_in_mid_run_and_started_again_nothing_is_done_twice_and_nothing_stays_locked()
    {
        await using var sandbox = await BeginAsync();
        await using var first = MonitorProcess.Start(Config, null, "--output", "json");
        await first.UntilAsync("DefragmentationStarted");
        var member = await PauseFirstAsync(sandbox, first);
        await first.KillAsync();
        Assert.DoesNotContain("StepFinished", first.Names);

        var client = sandbox.Members.First(m => m != member).Client;
        var held = Assert.Single((await client.RangeAsync("etcd-defrag/run", default)).Kvs);
        Assert.Contains($"process {first.Id} ", held.Value.ToStringUtf8(), StringComparison.Ordinal);
        Assert.InRange((await client.GetLeaseAsync(held.Lease, default)).TTL, 0, 30);

        // Checks may be postponed until the lease ends, and are not given up.
        WriteFor(sandbox, "20s", "2s");
        await using var second = MonitorProcess.Start(Config, null, "--output", "json");
        await second.UntilAsync("WaitingForCluster");
        member.Resume();
        await second.UntilAsync("RoundSucceeded");
        second.Signal(MonitorProcess.Terminate);
        Assert.Equal(0, await second.EndAsync());

        Assert.Equal(["m1", "m2", "m3"], ServerLog.Defragmentations(sandbox).Order());
        Assert.DoesNotContain("RoundFailed", second.Names);
        var success = second.Events.First(e => MonitorProcess.NameOf(e) == "RoundSucceeded");
        Assert.Equal((2, 2), (success.GetProperty("defragmented").GetInt32(), success.GetProperty("due").GetInt32()));
        await AssertNoLockAsync(sandbox);
    }

    private async Task<EtcdSandbox> BeginAsync()
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no signals.");
        var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Arguments = ["--unsafe-no-fsync"] });
        await sandbox.FillAsync(new EtcdFill(192, DeletedPart: 0.6));
        WriteFor(sandbox, "1h");
        return sandbox;
    }

    /// <summary>Halts the first member while it defragments, so that it is under way for as long as the test likes.</summary>
    private static async Task<EtcdSandboxMember> PauseFirstAsync(EtcdSandbox sandbox, MonitorProcess monitor)
    {
        EtcdSandboxMember? begun = null;
        await Eventually.HoldsAsync(
            () =>
            {
                begun ??= sandbox.Members.FirstOrDefault(m => ServerLog.Defragmentations(sandbox).Contains(m.Name));
                begun?.Pause();
                return begun is not null;
            },
            $"a member begins. {string.Join('\n', monitor.Error)}",
            TimeSpan.FromSeconds(60));
        return begun!;
    }

    private static async Task AssertNoLockAsync(EtcdSandbox sandbox) =>
        Assert.Empty((await sandbox.Members[0].Client.RangeAsync("etcd-defrag/run", default)).Kvs);

    private void WriteFor(EtcdSandbox sandbox, string interval, string timeout = "30s") => Write($$"""
        {
          "endpoints": ["{{sandbox.Endpoints[0]}}"],
          "connection": { "operationTimeout": "{{timeout}}" },
          "checkInterval": "{{interval}}",
          "jitterPercentage": 0,
          "defragOnStartup": true,
          "policy": { "minDbSize": "1MiB" },
          "pauseBetweenMembers": "0s",
        }
        """);

    private void Write(string text)
    {
        // Never half written: the monitor looks when it likes.
        File.WriteAllText(_folder["new.json"], text);
        File.Move(_folder["new.json"], Config, overwrite: true);
    }
}
