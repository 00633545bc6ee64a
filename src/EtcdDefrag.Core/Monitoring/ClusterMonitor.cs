using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Rounds;
using EtcdDefrag.Monitoring.Schedule;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Watches one cluster under one configuration: rests, waits for a maintenance window and for its place among the other clusters,
/// has a round, and rests again. One after the other, so that its rounds never overlap.
/// </summary>
internal sealed class ClusterMonitor(
    MonitoredCluster cluster, MonitorConfiguration configuration, ClusterState state, Func<IEtcdConnector> connect, SemaphoreSlim places, MonitorEventSink sink, MonitorClock clock)
{
    /// <summary>When a check on startup that did not come to its end is tried again, where no interval says so.</summary>
    private static readonly TimeSpan StartupAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Round _round = new(cluster, configuration, state, connect, sink, clock.Time);

    /// <summary>Watches until it is told to end.</summary>
    public async Task RunAsync(MonitorStop ending)
    {
        try
        {
            var isStartup = !state.HasStarted && configuration.DefragOnStartup;
            state.HasStarted = !isStartup;
            var rests = !isStartup;

            // A new configuration may well be what puts an end to failures, so it does not wait as long as they have made the rest.
            var failures = 0;
            while (true)
            {
                if (rests)
                {
                    await RestAsync(isStartup, failures, ending.End).ConfigureAwait(false);
                }

                var round = await CheckAsync(isStartup, ending).ConfigureAwait(false);

                // Without an interval, no later check makes up for one that failed or was postponed.
                isStartup &= round == RoundResult.Interrupted || (configuration.CheckInterval == TimeSpan.Zero && round != RoundResult.Good);
                state.HasStarted = !isStartup;
                ending.End.ThrowIfCancellationRequested();
                state.RestsSince = clock.Time.GetUtcNow();
                rests = true;
                failures = state.Failures;
            }
        }
        catch (OperationCanceledException) when (ending.End.IsCancellationRequested)
        {
            // It was told to.
        }
    }

    private async Task<RoundResult> CheckAsync(bool isStartup, MonitorStop ending)
    {
        while (true)
        {
            ending.End.ThrowIfCancellationRequested();
            await WaitForWindowAsync(ending.End).ConfigureAwait(false);
            if (isStartup)
            {
                await new StartupWait(cluster, configuration, connect, sink, clock.Time).WaitAsync(ending.End).ConfigureAwait(false);
            }

            await places.WaitAsync(ending.End).ConfigureAwait(false);
            try
            {
                // Waiting for a place may have outlasted the window.
                if (MaintenanceWindow.IsAnyOpenAt(configuration.Windows, clock.Time.GetUtcNow()))
                {
                    return await _round.RunAsync(isStartup, ending).ConfigureAwait(false);
                }
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task RestAsync(bool isStartup, int failures, CancellationToken end)
    {
        if (configuration.CheckInterval == TimeSpan.Zero && !isStartup)
        {
            sink.Write(at => new CheckScheduled(at, cluster.Name, null));
            await Task.Delay(Timeout.InfiniteTimeSpan, clock.Time, end).ConfigureAwait(false);
        }

        var schedule = configuration.CheckInterval > TimeSpan.Zero ? configuration.Schedule : configuration.Schedule with { Interval = StartupAgainAfter };
        var due = state.RestsSince + schedule.RestAfter(failures, clock.Jitter());
        sink.Write(at => new CheckScheduled(at, cluster.Name, due));
        await clock.WaitUntilAsync(due, end).ConfigureAwait(false);
    }

    private async Task WaitForWindowAsync(CancellationToken end)
    {
        while (clock.Time.GetUtcNow() is var now && !MaintenanceWindow.IsAnyOpenAt(configuration.Windows, now))
        {
            var opens = MaintenanceWindow.FindOpening(configuration.Windows, now);
            sink.Write(at => new OutsideWindow(at, cluster.Name, opens));
            await clock.WaitUntilAsync(opens ?? now.AddDays(1), end).ConfigureAwait(false);
        }
    }
}
