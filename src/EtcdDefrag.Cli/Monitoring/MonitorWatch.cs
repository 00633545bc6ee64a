using EtcdDefrag.Monitoring;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Runs a loop and shows every event to every observer, in the order of the list.</summary>
internal sealed class MonitorWatch(MonitorLoop loop, IReadOnlyList<IMonitorObserver> observers, TimeProvider time)
{
    /// <summary>The loop beats every 2 s; a machine under heavy load may delay a beat.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    // Since when the observers have been busy with the current event; 0 between events.
    private long _busySince;

    /// <summary>Whether the loop beats and its events are processed: a loop that hangs in an observer is as good as dead.</summary>
    public bool IsAlive => loop.Heartbeat.Age < MaxPause && BusyFor < MaxPause;

    private TimeSpan BusyFor => Interlocked.Read(ref _busySince) is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var monitorEvent in loop.RunAsync(stop).ConfigureAwait(false))
        {
            Interlocked.Exchange(ref _busySince, time.GetTimestamp());
            var entries = monitorEvent.Describe();
            foreach (var observer in observers)
            {
                await observer.OnEventAsync(monitorEvent, entries).ConfigureAwait(false);
            }

            Interlocked.Exchange(ref _busySince, 0);
        }
    }
}
