using EtcdDefrag.Monitoring.Rounds;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>A call begins before the brake is pulled, or never.</summary>
public sealed class RunBrakeTests
{
    [Fact]
    public void A_call_that_is_announced_after_the_brake_was_pulled_finds_its_token_cancelled()
    {
        using var end = new CancellationTokenSource();
        using var brake = Create(end);
        brake.CallBegins();
        brake.CallEnds();
        Assert.False(brake.Token.IsCancellationRequested);

        brake.CallBegins();
        end.Cancel();
        Assert.False(brake.Token.IsCancellationRequested);
        brake.CallEnds();
        Assert.True(brake.Token.IsCancellationRequested);
        brake.CallBegins();
        Assert.True(brake.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Whatever_comes_first_no_call_goes_on_behind_the_brake_unseen()
    {
        for (var i = 0; i < 2000; i++)
        {
            using var end = new CancellationTokenSource();
            using var brake = Create(end);
            using var together = new Barrier(2);
            var pull = Task.Run(() =>
            {
                together.SignalAndWait();
                end.Cancel();
            });
            together.SignalAndWait();
            brake.CallBegins();
            var goes = !brake.Token.IsCancellationRequested;
            await pull;
            if (goes)
            {
                // It began before the brake, which waits for it, and ends the run behind it.
                brake.CallEnds();
            }

            Assert.True(brake.Token.IsCancellationRequested);
        }
    }

    private static RunBrake Create(CancellationTokenSource end) =>
        new(new MonitorEnding(TimeSpan.FromMinutes(1), end.Token, CancellationToken.None), new FakeTime());
}
