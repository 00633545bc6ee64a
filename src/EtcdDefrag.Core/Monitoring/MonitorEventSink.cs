using System.Threading.Channels;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Takes the events of all clusters. The channel behind it has no bound, so that no event is lost and no run waits for the reader: a
/// round has a few dozen events.
/// </summary>
internal sealed class MonitorEventSink(ChannelWriter<MonitorEvent> events, TimeProvider time)
{
    private readonly object _gate = new();

    public void Write(Func<DateTimeOffset, MonitorEvent> create)
    {
        lock (_gate)
        {
            if (!events.TryWrite(create(time.GetUtcNow())))
            {
                throw new InvalidOperationException("An event came after the monitor had ended.");
            }
        }
    }
}
