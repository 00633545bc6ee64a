using System.Threading.Channels;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Where events go: a channel without a bound, so that none is lost and nobody who writes ever waits for the reader. A monitor has a
/// few dozen events a round; a reader that stands still costs memory, not a cluster its run.
/// </summary>
internal sealed class MonitorEventSink(ChannelWriter<MonitorEvent> events, TimeProvider time)
{
    private readonly object _gate = new();

    public void Write(Func<DateTimeOffset, MonitorEvent> happened)
    {
        lock (_gate)
        {
            if (!events.TryWrite(happened(time.GetUtcNow())))
            {
                throw new InvalidOperationException("An event came after the monitor had ended.");
            }
        }
    }
}
