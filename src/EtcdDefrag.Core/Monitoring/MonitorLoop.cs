using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Watches clusters and defragments their members when a policy says that it is worth it, until it is stopped. Clusters go side by
/// side; the members of one never do.
/// </summary>
internal sealed class MonitorLoop
{
    private readonly MonitorConfiguration? _configuration;
    private readonly ConfigurationFile? _file;
    private readonly Func<IEtcdConnector> _connect;
    private readonly MonitorClock _clock;

    /// <summary>Prepares a monitor by a configuration that stays as it is.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="connect">Makes a connector; every round of every cluster has one of its own, since one is for the members of one cluster.</param>
    /// <param name="time">The clock.</param>
    public MonitorLoop(MonitorConfiguration configuration, Func<IEtcdConnector> connect, TimeProvider time)
        : this(configuration, null, connect, new MonitorClock(time, Random.Shared.NextDouble))
    {
    }

    /// <summary>Prepares a monitor by a file, which is read again when it changes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="connect">Makes a connector; every round of every cluster has one of its own, since one is for the members of one cluster.</param>
    /// <param name="time">The clock.</param>
    public MonitorLoop(ConfigurationFile file, Func<IEtcdConnector> connect, TimeProvider time)
        : this(null, file, connect, new MonitorClock(time, Random.Shared.NextDouble))
    {
    }

    internal MonitorLoop(MonitorConfiguration? configuration, ConfigurationFile? file, Func<IEtcdConnector> connect, MonitorClock clock)
    {
        _configuration = configuration;
        _file = file;
        _connect = connect;
        _clock = clock;
        Heartbeat = new MonitorHeartbeat(clock.Time);
    }

    /// <summary>How long a stop waits for the member that is being defragmented. Default 20 s, less than the 30 s after which Kubernetes kills.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether nothing is defragmented, whatever the configuration says.</summary>
    public bool DryRun { get; init; }

    /// <summary>Tells whether the loop is still at work.</summary>
    public MonitorHeartbeat Heartbeat { get; }

    /// <summary>
    /// Watches, and gives every event as it happens. No event is lost, and what is done never waits for whoever reads them. Ends after
    /// <see cref="MonitorStopped"/>; who leaves off reading before ends it too.
    /// </summary>
    /// <param name="stop">Stops: no further member is begun, and one that is under way is waited for for <see cref="Timeout"/>.</param>
    /// <exception cref="MonitorConfigurationException">There is no configuration to begin with.</exception>
    public async IAsyncEnumerable<MonitorEvent> RunAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var events = Channel.CreateUnbounded<MonitorEvent>(new UnboundedChannelOptions { SingleReader = true });
        var work = SuperviseAsync(events.Writer, stopped.Token);
        try
        {
            // What happens while it stops is told too, so reading does not end with the token.
            await foreach (var happened in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            await stopped.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
    }

    /// <summary>Never throws: whatever ends it reaches the reader.</summary>
    private async Task SuperviseAsync(ChannelWriter<MonitorEvent> events, CancellationToken stop)
    {
        try
        {
            var sink = new MonitorEventSink(events, _clock.Time);
            using (stop.Register(() => sink.Write(at => new MonitorStopping(at))))
            {
                await new Supervisor(_configuration, _file, new MonitorRuntimeOptions(Timeout, DryRun, Heartbeat), _connect, sink, _clock).RunAsync(stop).ConfigureAwait(false);
            }

            sink.Write(at => new MonitorStopped(at));
            events.Complete();
        }
        catch (Exception failure)
        {
            events.Complete(failure);
        }
    }
}
