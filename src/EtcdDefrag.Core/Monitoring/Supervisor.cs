using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Rounds;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Keeps a monitor for every cluster of the configuration in force. When another configuration takes its place the rounds under way
/// end after the member they are at, and everything begins anew but for what is remembered of each cluster.
/// </summary>
internal sealed class Supervisor(
    MonitorConfiguration? given, ConfigurationFile? file, MonitorRuntimeOptions terms, Func<IEtcdConnector> connect, MonitorEventSink sink, MonitorClock clock)
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ClusterState> _memories = new(StringComparer.Ordinal);

    // These outlive a cluster's being taken out, for the sake of the policy's minimum interval.
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset?>> _lastRuns = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stop)
    {
        var next = given ?? await ReadFirstAsync().ConfigureAwait(false);
        MonitorConfiguration? last = null;
        while (next is { } wanted)
        {
            var current = wanted with { DryRun = wanted.DryRun || terms.DryRun };
            Announce(current, last);
            RemoveStale(current.Clusters);
            using var change = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var places = new SemaphoreSlim(current.MaxClustersAtOnce);
            var watching = WatchFileAsync(wanted, change.Token);
            Task[] all = [watching, .. Watch(current, places, new MonitorStop(terms.Timeout, change.Token, stop))];

            // Nobody ends before he is told to, but by a fault: then all end, and it is thrown.
            await BeatUntilAsync(Task.WhenAny(all)).ConfigureAwait(false);
            await change.CancelAsync().ConfigureAwait(false);
            await BeatUntilAsync(Task.WhenAll(all)).ConfigureAwait(false);
            next = await watching.ConfigureAwait(false);
            last = current;
        }
    }

    /// <summary>Waits, and shows meanwhile that whoever supervises is still there.</summary>
    private async Task BeatUntilAsync(Task awaited)
    {
        using var over = new CancellationTokenSource();
        while (!awaited.IsCompleted)
        {
            terms.Heartbeat.Beat();
            await Task.WhenAny(awaited, Task.Delay(BeatEvery, clock.Time, over.Token)).ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
        await awaited.ConfigureAwait(false);
    }

    private async Task<MonitorConfiguration> ReadFirstAsync()
    {
        var reading = file is null ? null : await file.ReadIfChangedAsync(CancellationToken.None).ConfigureAwait(false);
        return reading?.Configuration ?? throw new MonitorConfigurationException(reading?.Problems ?? []);
    }

    private void Announce(MonitorConfiguration current, MonitorConfiguration? last)
    {
        sink.Write(at => new ConfigurationInForce(at, file?.Name ?? "", last is not null, [.. current.Clusters.Select(c => c.Name)]));

        // Of options that were read before, whoever read them has warned.
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

    private Task[] Watch(MonitorConfiguration current, SemaphoreSlim places, MonitorStop ending) => current.Enabled
        ? [.. current.Clusters.Select(c => new ClusterMonitor(c, current, GetOrAddState(c), connect, places, sink, clock).RunAsync(ending))]
        : [];

    /// <summary>A cluster that is put in again later is a new one: it may fail, and be degraded, anew.</summary>
    private void RemoveStale(IReadOnlyList<MonitoredCluster> clusters)
    {
        foreach (var gone in _memories.Keys.Except(clusters.Select(c => c.Name), StringComparer.Ordinal).ToArray())
        {
            _memories.Remove(gone);
        }
    }

    private ClusterState GetOrAddState(MonitoredCluster cluster)
    {
        if (!_memories.TryGetValue(cluster.Name, out var state))
        {
            if (!_lastRuns.TryGetValue(cluster.Name, out var lastRuns))
            {
                _lastRuns[cluster.Name] = lastRuns = [];
            }

            _memories[cluster.Name] = state = new ClusterState { LastRuns = lastRuns, RestsSince = clock.Time.GetUtcNow() };
        }

        return state;
    }

    /// <summary>Looks at the file until it holds another configuration that can be used; null when it is told to end.</summary>
    private async Task<MonitorConfiguration?> WatchFileAsync(MonitorConfiguration inForce, CancellationToken end)
    {
        try
        {
            while (file is not null)
            {
                // Who asks gets an answer, also where nothing has changed.
                var wasAsked = await file.WaitAsync(clock.Time, end).ConfigureAwait(false);
                var reading = await (wasAsked ? file.ReadAgainAsync(end) : file.ReadIfChangedAsync(end)).ConfigureAwait(false);
                if (reading is { Configuration: { } configuration } && !configuration.IsSameAs(inForce))
                {
                    return configuration;
                }

                if (reading is not null)
                {
                    sink.Write(at => Tell(at, file.Name, reading));
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, clock.Time, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It was told to.
        }

        return null;
    }

    private static MonitorEvent Tell(DateTimeOffset at, string name, ConfigurationReading reading) => reading switch
    {
        { Configuration: not null } => new ConfigurationUnchanged(at, name),
        { IsMissing: true } => new ConfigurationMissing(at, name),
        _ => new ConfigurationRefused(at, name, reading.Problems),
    };
}
