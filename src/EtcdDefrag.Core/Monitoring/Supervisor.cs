using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Rounds;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Keeps a monitor for every cluster of the configuration in force. When another configuration takes its place the rounds under way
/// end after the member they are at, and everything begins anew but for what is remembered of each cluster.
/// </summary>
internal sealed class Supervisor(MonitorConfiguration? given, ConfigurationFile? file, Func<IEtcdConnector> connect, MonitorJournal journal, MonitorClock clock)
{
    private readonly Dictionary<string, ClusterMemory> _memories = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stop)
    {
        var next = given ?? await ReadFirstAsync().ConfigureAwait(false);
        MonitorConfiguration? last = null;
        while (next is { } current)
        {
            Announce(current, last);
            using var change = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var places = new SemaphoreSlim(current.MaxClustersAtOnce);
            var watching = WatchFileAsync(change.Token);
            Task[] all = [watching, .. Watch(current, places, new MonitorEnding(change.Token, stop))];

            // Nobody ends before he is told to, but by a fault: then all end, and it is thrown.
            await Task.WhenAny(all).ConfigureAwait(false);
            await change.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(false);
            next = await watching.ConfigureAwait(false);
            last = current;
        }
    }

    private async Task<MonitorConfiguration> ReadFirstAsync()
    {
        var reading = file is null ? null : await file.LookAsync(CancellationToken.None).ConfigureAwait(false);
        return reading?.Configuration ?? throw new MonitorConfigurationException(reading?.Problems ?? []);
    }

    private void Announce(MonitorConfiguration current, MonitorConfiguration? last)
    {
        journal.Write(at => new ConfigurationInForce(at, file?.Name ?? "", last is not null, [.. current.Clusters.Select(c => c.Name)]));
        if (!current.Enabled && last is not { Enabled: false })
        {
            journal.Write(at => new MonitorDisabled(at));
        }
        else if (current.Enabled && last is { Enabled: false })
        {
            journal.Write(at => new MonitorEnabled(at));
        }
    }

    private Task[] Watch(MonitorConfiguration current, SemaphoreSlim places, MonitorEnding ending) => current.Enabled
        ? [.. current.Clusters.Select(c => new ClusterMonitor(c, current, Recall(c), connect, places, journal, clock).RunAsync(ending))]
        : [];

    private ClusterMemory Recall(MonitoredCluster cluster)
    {
        if (!_memories.TryGetValue(cluster.Name, out var memory))
        {
            _memories[cluster.Name] = memory = new ClusterMemory { RestsSince = clock.Time.GetUtcNow() };
        }

        return memory;
    }

    /// <summary>Looks at the file until it holds another configuration that can be used; null when it is told to end.</summary>
    private async Task<MonitorConfiguration?> WatchFileAsync(CancellationToken end)
    {
        try
        {
            while (file is not null)
            {
                await Task.Delay(ConfigurationFile.LookEvery, clock.Time, end).ConfigureAwait(false);
                if (await file.LookAsync(end).ConfigureAwait(false) is not { } reading)
                {
                    continue;
                }

                if (reading.Configuration is { } configuration)
                {
                    return configuration;
                }

                journal.Write(at => reading.IsMissing ? new ConfigurationMissing(at, file.Name) : new ConfigurationRefused(at, file.Name, reading.Problems));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, clock.Time, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It was told to.
        }

        return null;
    }
}
