using System.Diagnostics;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>Two runs on one cluster, from two processes.</summary>
[Collection(Alone.Name)]
public sealed class TwoRunsTests
{
    /// <summary>The lock's lease lives for 30 s; etcd ends it within a few more.</summary>
    private static readonly TimeSpan LeaseIsOver = TimeSpan.FromSeconds(60);

    /// <summary>Long enough that the first run is still at it when the second has looked; it is ended before.</summary>
    private const string LongWait = "--wait-between-defrags=10m";

    [SkippableFact]
    public async Task Of_two_runs_started_together_exactly_one_runs()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var witness = await Witness.StartAsync(sandbox);

        var both = await Task.WhenAll(
            Command.RunAsync("--endpoints", sandbox.Endpoints[0], "--cluster", "--wait-between-defrags=3s"),
            Command.RunAsync("--endpoints", sandbox.Endpoints[1], "--cluster", "--wait-between-defrags=3s"));

        var refused = Assert.Single(both, r => r.ExitCode == 2);
        Assert.Contains(refused.Error, l => l.Contains("Refused (RunLock): Another run is under way on this cluster: process", StringComparison.Ordinal)
            || l.Contains("Refused (DefragInFlight)", StringComparison.Ordinal));
        Assert.Single(both, r => r.ExitCode == 0);
        Assert.Equal(["m1", "m2", "m3"], ServerLog.Defragmentations(sandbox).Order());
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task The_lock_of_a_run_that_was_killed_ends_with_its_lease()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var witness = await Witness.StartAsync(sandbox);
        using var first = Command.Start("--endpoints", sandbox.Endpoints[0], "--cluster", LongWait);
        await ReadUntilAsync(first, "Waiting for 10m0s");

        var second = await Engine.RunAsync([sandbox.Endpoints[1]], wholeCluster: true);
        Assert.Equal("RunLock", second.Refusal?.Rule);
        Assert.Contains($"process {first.Id} ", second.Refusal!.Reason, StringComparison.Ordinal);

        first.Kill();
        await first.WaitForExitAsync();
        DefragReport? third = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                third = await Engine.RunAsync([sandbox.Endpoints[1]], wholeCluster: true);
                return third.Refusal?.Rule != "RunLock";
            },
            "the lock ends with its lease",
            LeaseIsOver);

        Assert.True(third!.IsSuccess, string.Join('\n', third.Results));
        Assert.Equal(4, ServerLog.Defragmentations(sandbox).Count);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_run_that_has_ended_leaves_no_lock_behind()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        await using var witness = await Witness.StartAsync(sandbox);

        var first = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);
        var second = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.True(first.IsSuccess && second.IsSuccess, second.Refusal?.Reason);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task While_nospace_stays_armed_one_run_has_its_turn_after_the_other_until_the_keys_are_gone()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        Assert.True((await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true)).IsSuccess);
        await sandbox.ArmAlarmAsync(sandbox.Members[0], EtcdAlarmKind.NoSpace);

        var first = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);
        var second = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        await sandbox.Members[0].Client.DeleteAsync(Enumerable.Range(1, 32).Select(n => $"etcd-defrag/nospace/{n:00}"), CancellationToken.None);
        var third = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);

        Assert.All([first, second], r => Assert.True(r.IsSuccess, r.Refusal?.Reason));
        Assert.Equal("RunLock", third.Refusal?.Rule);
        Assert.Contains("NOSPACE is armed", third.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Equal(9, ServerLog.Defragmentations(sandbox).Count);
    }

    [SkippableFact]
    public async Task Of_ten_runs_at_once_in_nospace_none_begins_before_another_has_ended()
    {
        await using var sandbox = await TestCluster.StartAsync(3);
        var rounds = int.Parse(Environment.GetEnvironmentVariable("ETCD_DEFRAG_FUZZ_ROUNDS") ?? "3", System.Globalization.CultureInfo.InvariantCulture);
        for (var round = 1; round <= rounds; round++)
        {
            // With room again this run puts the keys for the next time.
            Assert.True((await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true)).IsSuccess);
            var before = ServerLog.Defragmentations(sandbox).Count;
            await sandbox.ArmAlarmAsync(sandbox.Members[0], EtcdAlarmKind.NoSpace);

            var reports = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => Engine.RunAsync([sandbox.Endpoints[i % 3]], wholeCluster: true))));

            Assert.Contains(reports, r => r.IsSuccess);
            Assert.All(reports.Where(r => !r.IsSuccess), r => Assert.Equal("RunLock", r.Refusal?.Rule));
            Assert.True(ServerLog.WereOneAfterTheOther(sandbox), $"Round {round}");
            var defragmented = ServerLog.Defragmentations(sandbox).Skip(before).ToArray();
            Assert.Equal(3 * reports.Count(r => r.IsSuccess), defragmented.Length);
            Assert.All(defragmented.Chunk(3), run => Assert.Equal(3, run.Distinct().Count()));
            using var member = Engine.Connect(sandbox.Endpoints[0]);
            await member.DisarmNoSpaceAsync($"{await sandbox.Members[0].GetMemberIdAsync():x}", CancellationToken.None);
        }
    }

    [SkippableFact]
    public async Task Ctrl_C_ends_the_command_within_a_second_says_that_the_member_goes_on_and_starts_nothing_more()
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        await using var sandbox = await TestCluster.StartAsync(3);
        await sandbox.FillAsync(new EtcdFill(320, DeletedPart: 0.1));
        await using var witness = await Witness.StartAsync(sandbox);
        using var run = Command.Start("--endpoints", sandbox.Endpoints[0], "--cluster");
        await ReadUntilAsync(run, "Defragmenting endpoint");
        await Eventually.HoldsAsync(() => ServerLog.Defragmentations(sandbox).Count == 1, "the member has begun");

        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-INT", $"{run.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        var results = await run.StandardOutput.ReadToEndAsync();
        var rest = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"It took {clock.Elapsed}.");
        Assert.Equal(130, run.ExitCode);
        Assert.Contains("it goes on by itself", results, StringComparison.Ordinal);
        Assert.Equal(2, results.Split("Not attempted:").Length - 1);
        Assert.EndsWith("Interrupted.", rest.Trim(), StringComparison.Ordinal);
        await sandbox.WaitUntilHealthyAsync();
        Assert.Single(ServerLog.Defragmentations(sandbox));
        await witness.VerifyAsync();
    }

    [SkippableTheory]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    [InlineData("TERM")]
    public async Task A_signal_that_ends_the_command_leaves_no_lock_behind(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        await using var sandbox = await TestCluster.StartAsync(3);
        using var run = Command.Start("--endpoints", sandbox.Endpoints[0], "--cluster", "--wait-between-defrags=60s");
        await ReadUntilAsync(run, "Waiting for");

        using (var kill = Process.Start("kill", [$"-{signal}", $"{run.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal(130, run.ExitCode);
        var next = await Engine.RunAsync([sandbox.Endpoints[0]], wholeCluster: true);
        Assert.True(next.IsSuccess, next.Refusal?.Reason);
    }

    private static async Task ReadUntilAsync(Process process, string text)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The command ended without saying '{text}'.");
    }
}
