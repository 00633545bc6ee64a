using EtcdDefrag.Monitoring.Rounds;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>A call begins before the gracefulStop is pulled, or never.</summary>
public sealed class GracefulStopTests
{
    [Fact]
    public void A_call_that_is_announced_after_the_brake_was_pulled_finds_its_token_cancelled()
    {
        using var end = new CancellationTokenSource();
        using var gracefulStop = Create(end);
        gracefulStop.EnterCall();
        gracefulStop.LeaveCall();
        Assert.False(gracefulStop.Token.IsCancellationRequested);

        gracefulStop.EnterCall();
        end.Cancel();
        Assert.False(gracefulStop.Token.IsCancellationRequested);
        gracefulStop.LeaveCall();
        Assert.True(gracefulStop.Token.IsCancellationRequested);
        gracefulStop.EnterCall();
        Assert.True(gracefulStop.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Whatever_comes_first_no_call_goes_on_unseen_after_a_stop()
    {
        for (var i = 0; i < 2000; i++)
        {
            using var end = new CancellationTokenSource();
            using var gracefulStop = Create(end);
            using var together = new Barrier(2);
            var pull = Task.Run(() =>
            {
                together.SignalAndWait();
                end.Cancel();
            });
            together.SignalAndWait();
            gracefulStop.EnterCall();
            var goes = !gracefulStop.Token.IsCancellationRequested;
            await pull;
            if (goes)
            {
                // It began before the gracefulStop, which waits for it, and ends the run behind it.
                gracefulStop.LeaveCall();
            }

            Assert.True(gracefulStop.Token.IsCancellationRequested);
        }
    }

    private static GracefulStop Create(CancellationTokenSource end) =>
        new(new MonitorStop(TimeSpan.FromMinutes(1), end.Token, CancellationToken.None), new FakeTime());
}
