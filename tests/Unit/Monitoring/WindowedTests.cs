using System.Globalization;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Monitoring.Schedule;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>Rounds and maintenance windows. The clock begins on a Thursday, at midnight.</summary>
public sealed class WindowedTests : MonitorTests
{
    private MonitorConfiguration At(string from, string to) => Configuration with
    {
        Windows =
        [
            new MaintenanceWindow { From = TimeOnly.Parse(from, CultureInfo.InvariantCulture), To = TimeOnly.Parse(to, CultureInfo.InvariantCulture) },
        ],
    };

    [Fact]
    public async Task Outside_its_windows_a_cluster_is_asked_nothing_and_the_check_comes_when_one_opens()
    {
        Start(At("02:00", "04:00"));
        await UntilAsync<OutsideWindow>(stepSeconds: 30);
        Assert.Empty(Cluster.Calls);
        var opens = Of<OutsideWindow>().Single().OpensAt;
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.Zero), opens);
        await UntilAsync<RoundSucceeded>(stepSeconds: 30);

        Assert.True(Of<RoundStarted>().Single().At >= opens);
        Assert.Single(Of<OutsideWindow>());
        Assert.Empty(Of<RoundFailed>());
    }

    [Fact]
    public async Task The_round_on_startup_waits_for_its_window_too()
    {
        Start(At("02:00", "04:00") with { DefragOnStartup = true });
        await UntilAsync<RoundSucceeded>(stepSeconds: 30);

        Assert.True(Of<RoundStarted>().Single().At >= Of<OutsideWindow>().Single().OpensAt);
    }

    [Fact]
    public async Task When_a_window_closes_in_a_round_no_further_member_is_begun_and_the_rest_comes_in_the_next()
    {
        Start(At("00:00", "00:20") with { PauseBetweenMembers = TimeSpan.FromMinutes(15) });
        await UntilAsync<RoundSucceeded>();

        Assert.Equal(["m2 Defragment"], Cluster.Defragmented);
        Assert.Equal(["3", "1"], Of<WindowClosed>().Select(c => c.MemberId));
        Assert.Equal(["", "The maintenance window has closed.", "The maintenance window has closed."], Of<RunEvent>().Select(e => e.Event).OfType<StepFinished>().Select(f => f.Result.Reason));
        Assert.Equal((1, 3), (Of<RoundSucceeded>().Single().Defragmented, Of<RoundSucceeded>().Single().Due));
        await UntilAsync<RoundSucceeded>(2, stepSeconds: 300);
        Assert.Equal(["m2 Defragment", "m3 Defragment", "m1 Defragment"], Cluster.Defragmented);
    }

    [Fact]
    public async Task A_leader_whose_leadership_moved_in_time_is_left_alone_when_the_window_has_closed_since()
    {
        var closes = new DateTimeOffset(2026, 1, 1, 0, 20, 0, TimeSpan.Zero);
        Start(At("00:00", "00:20") with { PauseBetweenMembers = TimeSpan.FromSeconds(210), MoveLeader = true });
        await UntilAsync<RoundSucceeded>(stepSeconds: 1);

        Assert.True(Of<RunEvent>().Single(e => e.Event is LeaderMoved).At < closes);
        Assert.All(Of<RunEvent>().Where(e => e.Event is DefragmentationStarted), e => Assert.True(e.At < closes, $"{e.At}"));
        Assert.Equal(["m2 Defragment", "m3 Defragment"], Cluster.Defragmented);
        Assert.Equal("1", Assert.Single(Of<WindowClosed>()).MemberId);
        Assert.Equal((2, 3), (Of<RoundSucceeded>().Single().Defragmented, Of<RoundSucceeded>().Single().Due));
    }
}
