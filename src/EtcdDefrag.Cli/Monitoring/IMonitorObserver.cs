using EtcdDefrag.Events;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Cli.Monitoring;

internal interface IMonitorObserver
{
    /// <summary>Takes the next event, and the entries that describe it. An exception ends the monitor.</summary>
    Task OnEventAsync(MonitorEvent monitorEvent, IReadOnlyList<EtcdMonitorEvent> entries);
}
