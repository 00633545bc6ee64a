using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Telling;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Runs a loop and shows every event to every observer, in the order of the list.</summary>
internal sealed class MonitorWatch(MonitorLoop loop, IReadOnlyList<IMonitorObserver> observers, TimeProvider time)
{
    /// <summary>The loop beats every 2 s; a machine that is short of everything may make it late.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    // When the event that is being shown was begun with; 0 while none is.
    private long _showingSince;

    /// <summary>Whether the loop is at work and its events are being shown: one that hangs in an observer is as good as dead.</summary>
    public bool IsAlive => loop.Heartbeat.Age < MaxPause && ShowingFor < MaxPause;

    private TimeSpan ShowingFor => Interlocked.Read(ref _showingSince) is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Watches until it is told to stop and has stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var happened in loop.RunAsync(stop).ConfigureAwait(false))
        {
            Interlocked.Exchange(ref _showingSince, time.GetTimestamp());
            var told = MonitorTelling.Tell(happened);
            foreach (var observer in observers)
            {
                await observer.OnEventAsync(happened, told).ConfigureAwait(false);
            }

            Interlocked.Exchange(ref _showingSince, 0);
        }
    }
}
