using EtcdDefrag.Execution;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Telling;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;

namespace EtcdDefrag.PowerShell.Monitoring;

/// <summary>
/// Shows a monitor's events in a cmdlet's streams: each as an object, and those that somebody should hear of as a warning or an error
/// besides, so that a script that throws the objects away still does.
/// </summary>
internal sealed class EventStreams(CmdletStreams streams, CancellationToken stop)
{
    private readonly StandingWarnings _warned = new();

    public async Task ShowAsync(MonitorEvent happened)
    {
        foreach (var told in MonitorTelling.Tell(happened))
        {
            await (stop.IsCancellationRequested ? SayLastAsync(told) : ShowAsync(told)).ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(EtcdMonitorEvent told)
    {
        await streams.WriteObjectAsync(told).ConfigureAwait(false);
        if (IsWarning(told))
        {
            await streams.WriteWarningAsync(told.Cluster.Length > 0 ? $"{told.Cluster}: {told.Message}" : told.Message).ConfigureAwait(false);
        }
        else if (told is { Level: EtcdMonitorLevel.Error, Event: not nameof(ConfigurationRefused) })
        {
            await streams.WriteErrorAsync(told.Event == nameof(ClusterDegraded) ? ErrorRecords.MonitorClusterDegraded(told) : ErrorRecords.MonitorRoundFailed(told))
                .ConfigureAwait(false);
        }
    }

    private bool IsWarning(EtcdMonitorEvent told) => told switch
    {
        // As an error it would end a monitor with -ErrorAction Stop, which has a good configuration to go on by.
        { Event: nameof(ConfigurationRefused) } => true,

        // A run's risks are the same every time; the objects repeat them, the warnings do not.
        { Event: nameof(RunWarned) } => _warned.IsNew(told),
        _ => told.Level == EtcdMonitorLevel.Warning,
    };

    /// <summary>A pipeline that is being stopped takes nothing; that a member goes on by itself must be said all the same.</summary>
    private Task SayLastAsync(EtcdMonitorEvent told) => told.Outcome == EtcdDefragOutcome.Unknown
        ? streams.WriteHostWarningAsync($"{told.Endpoint} goes on defragmenting by itself; see its status before you start another run.")
        : Task.CompletedTask;
}
