using EtcdDefrag.Events;
using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Monitoring;

/// <summary>
/// Writes a monitor's events to a cmdlet's streams: each as an object, and warnings and errors to their own streams too, so that a script
/// that drops the objects still shows them.
/// </summary>
internal sealed class EventStreams(CmdletStreams streams, CancellationToken stop)
{
    private readonly StandingWarnings _warned = new();

    public async Task WriteAsync(MonitorEvent monitorEvent)
    {
        foreach (var entry in monitorEvent.Describe())
        {
            await (stop.IsCancellationRequested ? WriteLastAsync(entry) : WriteAsync(entry)).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(EtcdMonitorEvent entry)
    {
        await streams.WriteObjectAsync(entry).ConfigureAwait(false);
        if (IsWarning(entry))
        {
            await streams.WriteWarningAsync(entry.Cluster.Length > 0 ? $"{entry.Cluster}: {entry.Message}" : entry.Message).ConfigureAwait(false);
        }
        else if (entry is { Level: EtcdMonitorLevel.Error, Event: not nameof(ConfigurationRefused) })
        {
            var isDegraded = entry.Event == nameof(ClusterDegraded);
            var error = isDegraded ? ErrorRecords.MonitorClusterDegraded(entry) : ErrorRecords.MonitorRoundFailed(entry);
            await streams.WriteErrorAsync(error).ConfigureAwait(false);
        }
    }

    private bool IsWarning(EtcdMonitorEvent entry) => entry switch
    {
        // As an error it would end a monitor with -ErrorAction Stop, although the previous configuration is good.
        { Event: nameof(ConfigurationRefused) } => true,

        // Every round finds the same risks; the objects repeat them, the warnings do not.
        { Event: nameof(RunWarned) } => _warned.IsNew(entry),
        _ => entry.Level == EtcdMonitorLevel.Warning,
    };

    /// <summary>A pipeline that is being stopped takes no objects, but the user must hear that a member is still defragmenting.</summary>
    private Task WriteLastAsync(EtcdMonitorEvent entry) => entry.Outcome == EtcdDefragOutcome.Unknown
        ? streams.WriteHostWarningAsync($"{entry.Endpoint} goes on defragmenting by itself; see its status before you start another run.")
        : Task.CompletedTask;
}
