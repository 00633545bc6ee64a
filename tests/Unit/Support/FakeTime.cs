using Microsoft.Extensions.Time.Testing;

namespace EtcdDefrag.Unit.Support;

/// <summary>
/// A clock on which no time passes but what the code under test waits for: a short wait (a second at most: the time between two looks) is
/// over at once and moves the clock on by its length; a longer one (a deadline) ends when the clock has come that far.
/// </summary>
internal sealed class FakeTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(FakeTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isSet = timer.Change(dueTime, period);
            if (dueTime >= TimeSpan.Zero && dueTime <= Short)
            {
                ThreadPool.QueueUserWorkItem(_ => time.Advance(dueTime));
            }

            return isSet;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
