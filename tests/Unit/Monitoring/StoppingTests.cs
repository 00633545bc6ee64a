using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>How a monitor stops: no further member, and the one under way is waited for, but not for ever.</summary>
public sealed class StoppingTests : MonitorTests
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task At_rest_it_stops_at_once()
    {
        Start(Configuration);
        await UntilAsync<CheckScheduled>();
        Stop();
        await EndAsync();

        Assert.Equal(["ConfigurationInForce", "CheckScheduled", "MonitorStopping", "MonitorStopped"], Names);
    }

    [Fact]
    public async Task Told_to_stop_before_it_began_it_asks_nobody_anything()
    {
        Stop();
        Start(Configuration with { DefragOnStartup = true });
        await EndAsync();

        Assert.Empty(Cluster.Calls);
        Assert.Equal("MonitorStopped", Names.Last());
    }

    [Fact]
    public async Task The_member_under_way_is_waited_for_and_no_other_is_begun()
    {
        Cluster.Members[1].OnDefragment = async token =>
        {
            await _go.Task.WaitAsync(token);
            Cluster.Members[1].Finish();
        };
        Start(Configuration);
        await UntilAsync(() => Cluster.Defragmented.Count > 0);
        Stop();
        await UntilAsync<MonitorStopping>(stepSeconds: 0);
        Assert.Empty(Of<MonitorStopped>());
        _go.SetResult();
        await EndAsync();

        Assert.Equal(["m2 Defragment"], Cluster.Defragmented);
        var results = Of<RunEvent>().Select(e => e.Event).OfType<StepFinished>().Select(s => s.Result.Outcome);
        Assert.Equal([EtcdDefragOutcome.Defragmented, EtcdDefragOutcome.NotAttempted, EtcdDefragOutcome.NotAttempted], results);
        Assert.Equal(["MonitorStopping", "RoundInterrupted", "MonitorStopped"], Names.TakeLast(3));
    }

    [Fact]
    public async Task A_member_that_takes_too_long_is_not_waited_for_any_more_and_its_outcome_is_said_to_be_open()
    {
        Cluster.Members[1].OnDefragment = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        Start(Configuration);
        await UntilAsync(() => Cluster.Defragmented.Count > 0);
        var stopped = Time.GetUtcNow();
        Stop();
        await UntilAsync<MonitorStopped>(stepSeconds: 1);
        await EndAsync();

        Assert.True(Of<MonitorStopped>().Single().At - stopped >= TimeSpan.FromSeconds(20));
        Assert.Contains(Of<RunEvent>(), e => e.Event is StepFinished { Result: { Outcome: EtcdDefragOutcome.Unknown, MemberId: "2" } });
        Assert.Single(Cluster.Defragmented);
    }

    [Fact]
    public async Task In_the_pause_between_two_members_it_stops_at_once()
    {
        Start(Configuration with { PauseBetweenMembers = TimeSpan.FromHours(1) });
        await UntilAsync(() => Of<RunEvent>().Any(e => e.Event is WaitingForHealthy));
        Stop();
        await EndAsync();

        Assert.Equal(["m2 Defragment"], Cluster.Defragmented);
        Assert.Equal("RoundInterrupted", Names.SkipLast(1).Last());
        Assert.Empty(Of<RoundFailed>());
    }

    [Fact]
    public async Task A_reader_that_stands_still_holds_nobody_up_and_misses_nothing()
    {
        var loop = new MonitorLoop(Configuration, null, () => Cluster, new MonitorClock(Time, () => 0));
        await using var reader = loop.RunAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        await UntilAsync(() => Cluster.Defragmented.Count == 3);

        var seen = new List<MonitorEvent>();
        while (seen.LastOrDefault() is not RoundSucceeded && await reader.MoveNextAsync())
        {
            seen.Add(reader.Current);
        }

        Assert.Equal(3, seen.OfType<RunEvent>().Count(e => e.Event is StepFinished));
    }
}
