using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.GuardedRun;

/// <summary>Members that are killed, paused or too slow, before their turn, between two turns and in the middle of their own.</summary>
[Collection(Alone.Name)]
public sealed class LostAnswerTests(BigCluster cluster) : IClassFixture<BigCluster>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private Task<DefragReport> RunAsync(Func<DefragEvent, Task> onEvent, Func<DefragRequest, DefragRequest> change) =>
        Engine.RunAsync([cluster.Sandbox.Endpoints[0]], wholeCluster: true, change, new RunObserver(onEvent));

    /// <summary>Waits until a member is in the middle of its defragmentation, by its own word.</summary>
    private static async Task IsDefragmentingAsync(EtcdSandboxMember member)
    {
        using var port = Engine.Connect(member.Endpoint);
        await Eventually.HoldsAsync(
            async () => (await port.GetMetricsAsync(CancellationToken.None)).IsDefragmenting is true,
            $"{member.Name} is defragmenting",
            pause: TimeSpan.FromMilliseconds(5));
    }

    [SkippableTheory]
    [InlineData("kill")]
    [InlineData("pause")]
    public async Task A_member_that_is_lost_between_two_steps_stops_the_run_before_the_next(string how)
    {
        await using var witness = await cluster.WitnessAsync();
        EtcdSandboxMember? lost = null;

        var report = await RunAsync(
            async e =>
            {
                if (e is StepFinished finished && lost is null)
                {
                    lost = cluster.Sandbox.Members.First(m => m.Endpoint != finished.Result.Endpoint && m.Name != "m1");
                    await LoseAsync(lost, how);
                }
            },
            r => r with { SettleTimeout = Soon });

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.Contains(lost!.Endpoint, report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Single(witness.Defragmented);
        Assert.Equal(
            [EtcdDefragOutcome.Defragmented, EtcdDefragOutcome.NotAttempted, EtcdDefragOutcome.NotAttempted],
            report.Results.Select(r => r.Outcome));
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_killed_in_the_middle_is_unknown_and_no_other_is_touched()
    {
        await using var witness = await cluster.WitnessAsync();

        var report = await RunAsync(
            e => WhenFirstStartsAsync(e, async member =>
            {
                await IsDefragmentingAsync(member);
                await member.KillAsync();
            }),
            r => r with { ObservationTimeout = Soon });

        Assert.True(report.Refusal is null, $"{report.Refusal}");
        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
        Assert.Contains("did not answer", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Single(witness.Defragmented);
        Assert.All(report.Results.Skip(1), r => Assert.Equal(EtcdDefragOutcome.NotAttempted, r.Outcome));
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_killed_in_the_middle_and_started_again_is_said_to_have_been_restarted()
    {
        await using var witness = await cluster.WitnessAsync();

        var report = await RunAsync(
            e => WhenFirstStartsAsync(e, async member =>
            {
                await IsDefragmentingAsync(member);
                await member.KillAsync();
                await member.StartAsync();
            }),
            r => r);

        Assert.True(report.Refusal is null, $"{report.Refusal}");
        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
        Assert.Contains("restarted in the middle", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Single(witness.Defragmented);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_member_paused_in_the_middle_and_resumed_later_is_observed_to_its_true_end()
    {
        await using var witness = await cluster.WitnessAsync();
        EtcdSandboxMember? paused = null;

        var report = await RunAsync(
            async e =>
            {
                await WhenFirstStartsAsync(e, async member =>
                {
                    await IsDefragmentingAsync(member);
                    member.Pause();
                    paused = member;
                });
                if (e is Observing)
                {
                    paused!.Resume();
                }
            },
            r => r with { DefragmentTimeout = Soon });

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.True(report.Results[0].WasObserved);
        Assert.Equal(["m1", "m2", "m3"], witness.Defragmented.Order());
        Assert.True(witness.WereOneAfterTheOther);
        await witness.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_deadline_that_is_too_short_is_no_failure_and_makes_no_second_call()
    {
        await using var witness = await cluster.WitnessAsync();

        var report = await RunAsync(_ => Task.CompletedTask, r => r with { DefragmentTimeout = TimeSpan.FromMilliseconds(100) });

        Assert.True(report.IsSuccess, string.Join('\n', report.Results));
        Assert.All(report.Results, r => Assert.True(r.WasObserved, $"{r.Name} answered within 100 ms."));
        Assert.Equal(["m1", "m2", "m3"], witness.Defragmented.Order());
        Assert.True(witness.WereOneAfterTheOther);
        await witness.VerifyAsync();
    }

    /// <summary>Acts beside the run, so that the call is on its way meanwhile.</summary>
    private Task WhenFirstStartsAsync(DefragEvent happened, Func<EtcdSandboxMember, Task> act)
    {
        if (happened is DefragmentationStarted started && Interlocked.Exchange(ref _hasActed, 1) == 0)
        {
            _act = Task.Run(() => act(cluster.Find(started.Step.Endpoint)));
        }

        return happened is RunStopped && _act is not null ? _act : Task.CompletedTask;
    }

    private int _hasActed;
    private Task? _act;

    private static async Task LoseAsync(EtcdSandboxMember member, string how)
    {
        if (how == "kill")
        {
            await member.KillAsync();
        }
        else
        {
            member.Pause();
        }
    }
}
