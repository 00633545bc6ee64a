using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Monitoring.Rounds;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Runs a <see cref="ClusterMonitor"/> for every cluster of the configuration in force. When another configuration takes effect, rounds
/// under way end after the current member, and all monitors start again with the state that is kept of their clusters.
/// </summary>
internal sealed class Supervisor(
    MonitorConfiguration? given, ConfigurationFile? file, MonitorRuntimeOptions options, Func<IEtcdConnector> connect,
    MonitorEventSink sink, MonitorClock clock)
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ClusterState> _states = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stop)
    {
        var next = given ?? await ReadFirstAsync().ConfigureAwait(false);
        MonitorConfiguration? last = null;
        while (next is { } wanted)
        {
            var current = wanted with { DryRun = wanted.DryRun || options.DryRun };
            Announce(current, last);
            ResetStale(current.Clusters);
            using var change = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var slots = new SemaphoreSlim(current.MaxClustersAtOnce);
            var watching = WatchFileAsync(wanted, change.Token);
            Task[] all = [watching, .. Watch(current, slots, new MonitorStop(options.Timeout, change.Token, stop))];

            // A task that ends earlier than it should has failed: then all end, and its exception is thrown.
            await BeatUntilAsync(Task.WhenAny(all)).ConfigureAwait(false);
            await change.CancelAsync().ConfigureAwait(false);
            await BeatUntilAsync(Task.WhenAll(all)).ConfigureAwait(false);
            next = await watching.ConfigureAwait(false);
            last = current;
        }
    }

    private async Task BeatUntilAsync(Task awaited)
    {
        using var over = new CancellationTokenSource();
        while (!awaited.IsCompleted)
        {
            options.Heartbeat.Beat();
            await Task.WhenAny(awaited, Task.Delay(BeatInterval, clock.Time, over.Token)).ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
        await awaited.ConfigureAwait(false);
    }

    private async Task<MonitorConfiguration> ReadFirstAsync()
    {
        var reading = file is null ? null : await file.ReadIfChangedAsync(clock.Time, CancellationToken.None).ConfigureAwait(false);
        return reading?.Configuration ?? throw new MonitorConfigurationException(reading?.Problems ?? []);
    }

    private void Announce(MonitorConfiguration current, MonitorConfiguration? last)
    {
        sink.Write(at => new ConfigurationInForce(at, file?.Name ?? "", last is not null, [.. current.Clusters.Select(c => c.Name)]));

        // Whoever read the options of a cluster before has warned about them.
        foreach (var cluster in current.Clusters.Where(c => c is { Options: null, Connection.SkipCertificateCheck: true }))
        {
            sink.Write(at => new CertificateCheckSkipped(at, cluster.Name));
        }

        if (!current.Enabled && last is not { Enabled: false })
        {
            sink.Write(at => new MonitorDisabled(at));
        }
        else if (current.Enabled && last is { Enabled: false })
        {
            sink.Write(at => new MonitorEnabled(at));
        }
    }

    private Task[] Watch(MonitorConfiguration current, SemaphoreSlim slots, MonitorStop stop) => current.Enabled
        ? [.. current.Clusters.Select(c => new ClusterMonitor(c, current, GetOrAddState(c), connect, slots, sink, clock).RunAsync(stop))]
        : [];

    /// <summary>A cluster that is added again later keeps nothing but the times that the policy's minimum interval needs.</summary>
    private void ResetStale(IReadOnlyList<MonitoredCluster> clusters)
    {
        foreach (var name in _states.Keys.Except(clusters.Select(c => c.Name), StringComparer.Ordinal).ToArray())
        {
            _states[name] = new ClusterState { LastRuns = _states[name].LastRuns };
        }
    }

    private ClusterState GetOrAddState(MonitoredCluster cluster)
    {
        if (!_states.TryGetValue(cluster.Name, out var state))
        {
            _states[cluster.Name] = state = new ClusterState { LastRuns = [] };
        }

        return state;
    }

    /// <summary>Polls the file until it holds another usable configuration; null when it is stopped.</summary>
    private async Task<MonitorConfiguration?> WatchFileAsync(MonitorConfiguration inForce, CancellationToken stop)
    {
        try
        {
            while (file is not null)
            {
                // A look that was asked for has an answer, even if nothing has changed.
                var wasAsked = await file.WaitAsync(clock.Time, stop).ConfigureAwait(false);
                var changed = await file.ReadIfChangedAsync(clock.Time, stop).ConfigureAwait(false);
                var reading = changed ?? (wasAsked ? file.LastReading : null);
                if (reading is { Configuration: { } configuration } && !configuration.IsSameAs(inForce))
                {
                    return configuration;
                }

                if (reading is not null)
                {
                    sink.Write(at => reading.ToEvent(at, file.Name));
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, clock.Time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The normal end.
        }

        return null;
    }
}
