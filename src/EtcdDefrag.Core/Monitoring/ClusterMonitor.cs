using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Rounds;
using EtcdDefrag.Monitoring.Schedule;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Watches one cluster under one configuration: rests, waits for a maintenance window and for its place among the other clusters,
/// has a round, and rests again. One after the other, so that its rounds never overlap.
/// </summary>
internal sealed class ClusterMonitor(
    MonitoredCluster cluster, MonitorConfiguration configuration, ClusterMemory memory, Func<IEtcdConnector> connect, SemaphoreSlim places, MonitorJournal journal, MonitorClock clock)
{
    private readonly Round _round = new(cluster, configuration, memory, connect, journal, clock.Time);

    /// <summary>Watches until it is told to end.</summary>
    public async Task RunAsync(MonitorEnding ending)
    {
        try
        {
            var isStartup = !memory.HasStarted && configuration.DefragOnStartup;
            memory.HasStarted = !isStartup;
            while (true)
            {
                if (!isStartup)
                {
                    await RestAsync(ending.End).ConfigureAwait(false);
                }

                await CheckAsync(isStartup, ending).ConfigureAwait(false);
                memory.HasStarted = true;
                ending.End.ThrowIfCancellationRequested();
                memory.RestsSince = clock.Time.GetUtcNow();
                isStartup = false;
            }
        }
        catch (OperationCanceledException) when (ending.End.IsCancellationRequested)
        {
            // It was told to.
        }
    }

    private async Task CheckAsync(bool isStartup, MonitorEnding ending)
    {
        while (true)
        {
            ending.End.ThrowIfCancellationRequested();
            await WaitForWindowAsync(ending.End).ConfigureAwait(false);
            if (isStartup)
            {
                await new StartupWait(cluster, configuration, connect, journal, clock.Time).WaitAsync(ending.End).ConfigureAwait(false);
            }

            await places.WaitAsync(ending.End).ConfigureAwait(false);
            try
            {
                // Waiting for a place may have outlasted the window.
                if (MaintenanceWindow.IsAnyOpenAt(configuration.Windows, clock.Time.GetUtcNow()))
                {
                    await _round.RunAsync(isStartup, ending).ConfigureAwait(false);
                    return;
                }
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task RestAsync(CancellationToken end)
    {
        if (configuration.CheckInterval == TimeSpan.Zero)
        {
            journal.Write(at => new CheckScheduled(at, cluster.Name, null));
            await Task.Delay(Timeout.InfiniteTimeSpan, clock.Time, end).ConfigureAwait(false);
        }

        var due = memory.RestsSince + configuration.Schedule.RestAfter(memory.Failures, clock.Chance());
        journal.Write(at => new CheckScheduled(at, cluster.Name, due));
        await clock.WaitUntilAsync(due, end).ConfigureAwait(false);
    }

    private async Task WaitForWindowAsync(CancellationToken end)
    {
        while (clock.Time.GetUtcNow() is var now && !MaintenanceWindow.IsAnyOpenAt(configuration.Windows, now))
        {
            var opens = MaintenanceWindow.FindOpening(configuration.Windows, now);
            journal.Write(at => new OutsideWindow(at, cluster.Name, opens));
            await clock.WaitUntilAsync(opens ?? now.AddDays(1), end).ConfigureAwait(false);
        }
    }
}
