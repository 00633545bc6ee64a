using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EtcdDefrag.Connection;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Monitoring;

/// <summary>
/// Watches clusters, and defragments members when the policy says that it is worth it, until it is stopped. Clusters are checked side
/// by side; members of one cluster are defragmented one at a time.
/// </summary>
internal sealed class MonitorLoop(
    MonitorConfiguration? configuration, ConfigurationFile? file, Func<IEtcdConnector> connect, MonitorClock clock)
{
    /// <summary>Watches by a configuration that does not change. Every round makes a connector of its own.</summary>
    public MonitorLoop(MonitorConfiguration configuration, Func<IEtcdConnector> connect, TimeProvider time)
        : this(configuration, null, connect, new MonitorClock(time, Random.Shared.NextDouble))
    {
    }

    /// <summary>Watches by a file that is read again when it changes. Every round makes a connector of its own.</summary>
    public MonitorLoop(ConfigurationFile file, Func<IEtcdConnector> connect, TimeProvider time)
        : this(null, file, connect, new MonitorClock(time, Random.Shared.NextDouble))
    {
    }

    /// <summary>How long a stop waits for the member under way: less than the 30 s after which Kubernetes kills.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Defragments nothing, whatever the configuration says.</summary>
    public bool DryRun { get; init; }

    public MonitorHeartbeat Heartbeat { get; } = new(clock.Time);

    /// <summary>
    /// Watches, and yields every event as it happens. No event is lost, and no run waits for the reader. <see cref="MonitorStopped"/> is
    /// the last event; a reader that leaves earlier stops the monitor too.
    /// </summary>
    /// <param name="stop">No further member is started, and the current one is waited for up to <see cref="Timeout"/>.</param>
    /// <exception cref="MonitorConfigurationException">There is no usable configuration to begin with.</exception>
    public async IAsyncEnumerable<MonitorEvent> RunAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var events = Channel.CreateUnbounded<MonitorEvent>(new UnboundedChannelOptions { SingleReader = true });
        var work = SuperviseAsync(events.Writer, stopped.Token);
        try
        {
            // Events of the stop itself are yielded too, so reading does not end with the token.
            await foreach (var monitorEvent in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return monitorEvent;
            }
        }
        finally
        {
            await stopped.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
    }

    /// <summary>Never throws; the reader gets the failure.</summary>
    private async Task SuperviseAsync(ChannelWriter<MonitorEvent> events, CancellationToken stop)
    {
        try
        {
            var sink = new MonitorEventSink(events, clock.Time);
            var options = new MonitorRuntimeOptions(Timeout, DryRun, Heartbeat);
            using (stop.Register(() => sink.Write(at => new MonitorStopping(at))))
            {
                await new Supervisor(configuration, file, options, connect, sink, clock).RunAsync(stop).ConfigureAwait(false);
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

/// <summary>What the caller decides, whatever the configuration says.</summary>
internal sealed record MonitorRuntimeOptions(TimeSpan Timeout, bool DryRun, MonitorHeartbeat Heartbeat);
