using EtcdDefrag.Cli.Commands;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Monitoring.Metrics;
using EtcdDefrag.Client;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary><c>etcd-defrag monitor</c>: watches clusters by a configuration file, as a service, until it is told to stop.</summary>
internal static class MonitorCommand
{
    /// <summary>
    /// How long after SIGTERM the process ends at the latest: the current member is waited for up to 20 s, the run's lock is released,
    /// and Kubernetes kills after 30 s.
    /// </summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(28);

    public static async Task<int> RunAsync(CommandHost host, FlagValues values, CancellationToken cancellationToken)
    {
        foreach (var warning in SettingsLog.FindUnknownVariables(host))
        {
            host.Error.WriteLine(warning);
        }

        values.Check();
        var path = values.Get(MonitorFlags.Config) ?? throw new UsageException("The configuration is missing; name it with --config.");
        var file = new ConfigurationFile(path);
        var loop = new MonitorLoop(file, () => new EtcdConnector(), TimeProvider.System) { DryRun = values.Get(RunFlags.DryRun) };
        using var service = ServiceNotifier.FromEnvironment(Environment.GetEnvironmentVariable, TimeProvider.System);
        using var signals = new MonitorSignals(file, service, cancellationToken);

        // On another thread, so that a stop works whatever blocks the monitor: a full pipe, a file system that does not answer.
        var watching = Task.Run(() => WatchAsync(host, values, loop, service, signals.Stop), CancellationToken.None);
        return await StopInTime.WaitAsync(watching, StopWithin, TimeProvider.System, signals.Stop).ConfigureAwait(false)
            ? await watching.ConfigureAwait(false)
            : await GiveUpAsync(host).ConfigureAwait(false);
    }

    /// <summary>Waits for its message only a second: standard error itself may be blocked.</summary>
    private static async Task<int> GiveUpAsync(CommandHost host)
    {
        var saying = Task.Run(
            () => host.Error.WriteLine($"The monitor did not end within {Units.Seconds(StopWithin)} of being told to, and ends as it is."),
            CancellationToken.None);
        await Task.WhenAny(saying, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None)).ConfigureAwait(false);
        return ExitCode.Failed;
    }

    private static async Task<int> WatchAsync(
        CommandHost host, FlagValues values, MonitorLoop loop, ServiceNotifier service, CancellationToken stop)
    {
        var error = host.Error;
        var writer = EventWriter.Create(host.Output, values.Get(MonitorFlags.Output), host.IsOutputTerminal, host.ReadVariable);
        try
        {
            var metrics = await MetricsOutlet.OpenAsync(
                values.Get(MetricsFlags.Address), values.Get(MetricsFlags.File), error, TimeProvider.System, stop).ConfigureAwait(false);
            await using var metricsScope = metrics.ConfigureAwait(false);

            // The writer is last, so that what is printed has reached the others.
            IMonitorObserver[] observers = [service, metrics, writer];
            var watch = new MonitorWatch(loop, observers, TimeProvider.System);
            metrics.Watch(watch);
            await using var watchdog = service.StartWatchdog(watch).ConfigureAwait(false);
            await watch.RunAsync(stop).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (MonitorConfigurationException unusable)
        {
            foreach (var problem in unusable.Problems)
            {
                error.WriteLine(problem.ToString());
            }

            return ExitCode.Usage;
        }
        catch (Exception closed) when (closed is MetricsOutletException or EventOutputException)
        {
            error.WriteLine(closed.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            error.WriteLine("The monitor was stopped before it began to watch.");
            return ExitCode.Done;
        }
        catch (Exception unexpected)
        {
            error.WriteLine("The monitor ended because of an internal error; please report it.");
            foreach (var line in DisplayText.Lines(unexpected.ToString()))
            {
                error.WriteLine(line);
            }

            return ExitCode.Failed;
        }
    }
}
