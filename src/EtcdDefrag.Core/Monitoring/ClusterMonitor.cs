using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Monitoring.Rounds;
using EtcdDefrag.Monitoring.Schedule;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Watches one cluster under one configuration: waits for the interval, for a maintenance window and for a slot among the other
/// clusters, runs a round, and begins again. The rounds of one cluster never overlap.
/// </summary>
internal sealed class ClusterMonitor(
    MonitoredCluster cluster, MonitorConfiguration configuration, ClusterState state, Func<IEtcdConnector> connect, SemaphoreSlim slots,
    MonitorEventSink sink, MonitorClock clock)
{
    /// <summary>When an unfinished startup check is repeated if there is no interval.</summary>
    private static readonly TimeSpan StartupRetryInterval = TimeSpan.FromMinutes(1);

    private readonly Round _round = new(cluster, configuration, state, connect, sink, clock.Time);

    public async Task RunAsync(MonitorStop stop)
    {
        try
        {
            var isStartup = !state.HasStarted && configuration.DefragOnStartup;
            state.HasStarted = !isStartup;
            var waits = !isStartup;

            // A new configuration may be what ends the failures, so the first wait is not extended by them.
            var failures = 0;
            while (true)
            {
                if (waits)
                {
                    await WaitForNextCheckAsync(isStartup, failures, stop.End).ConfigureAwait(false);
                }

                var outcome = await CheckAsync(isStartup, stop).ConfigureAwait(false);

                // Without an interval, no later check makes up for a startup check that failed or was postponed.
                isStartup &= outcome == RoundOutcome.Interrupted
                    || (configuration.CheckInterval == TimeSpan.Zero && outcome != RoundOutcome.Succeeded);
                state.HasStarted = !isStartup;
                stop.End.ThrowIfCancellationRequested();
                state.IdleSince = clock.Time.GetUtcNow();
                waits = true;
                failures = state.Failures;
            }
        }
        catch (OperationCanceledException) when (stop.End.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    private async Task<RoundOutcome> CheckAsync(bool isStartup, MonitorStop stop)
    {
        while (true)
        {
            stop.End.ThrowIfCancellationRequested();
            await WaitForWindowAsync(stop.End).ConfigureAwait(false);
            if (isStartup)
            {
                await new StartupWait(cluster, configuration, connect, sink, clock.Time).WaitAsync(stop.End).ConfigureAwait(false);
            }

            await slots.WaitAsync(stop.End).ConfigureAwait(false);
            try
            {
                // The window may have closed while the check waited for its slot.
                if (MaintenanceWindow.IsAnyOpenAt(configuration.Windows, clock.Time.GetUtcNow()))
                {
                    return await _round.RunAsync(isStartup, stop).ConfigureAwait(false);
                }
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async Task WaitForNextCheckAsync(bool isStartup, int failures, CancellationToken end)
    {
        if (configuration.CheckInterval == TimeSpan.Zero && !isStartup)
        {
            sink.Write(at => new CheckScheduled(at, cluster.Name, null));
            await Task.Delay(Timeout.InfiniteTimeSpan, clock.Time, end).ConfigureAwait(false);
        }

        var interval = configuration.CheckInterval > TimeSpan.Zero ? configuration.CheckInterval : StartupRetryInterval;
        var delay = (configuration.Schedule with { Interval = interval }).DelayAfter(failures, clock.Jitter());
        var due = (state.IdleSince ??= clock.Time.GetUtcNow()) + delay;
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
