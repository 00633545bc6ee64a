using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Telling;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Somebody who wants to see what a monitor does.</summary>
internal interface IMonitorObserver
{
    /// <summary>Sees an event. Events come one after the other; what it throws ends the monitor.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="told">What is told of it; may be nothing.</param>
    Task OnEventAsync(MonitorEvent happened, IReadOnlyList<EtcdMonitorEvent> told);
}
