using System.CommandLine;
using EtcdDefrag.Cli.Monitoring.Metrics;
using EtcdDefrag.Grpc;
using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary><c>etcd-defrag monitor</c>: watches clusters by a configuration file, as a service, until it is told to stop.</summary>
internal static class MonitorCommand
{
    private static readonly Option<string> Config = new("--config")
    {
        Description = "The configuration: JSON with comments, see docs/monitoring.md. Read again when it changes, and at once on SIGHUP.",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string> Output = new("--output", "-w")
    {
        Description = "How events are written to standard output: text, or json, an object a line.",
        DefaultValueFactory = _ => "text",
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Everything but the defragmentation itself, whatever the configuration says.",
    };

    public static Command Create()
    {
        Output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("monitor", "Watches clusters and defragments their members when the policy says so, until SIGTERM or Ctrl+C.");
        command.Options.Add(Config);
        command.Options.Add(Output);
        command.Options.Add(DryRun);
        MetricsOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // The monitor handles signals itself: it may need longer to stop in order than the 2 s that would be left to it.
        parsed.InvocationConfiguration.ProcessTerminationTimeout = null;
        var error = parsed.InvocationConfiguration.Error;
        var file = new ConfigurationFile(parsed.GetValue(Config)!);
        var loop = new MonitorLoop(file, () => new GrpcEtcdConnector(), TimeProvider.System) { DryRun = parsed.GetValue(DryRun) };
        using var service = ServiceNotifier.FromEnvironment(Environment.GetEnvironmentVariable, TimeProvider.System);
        using var signals = new MonitorSignals(file, service, cancellationToken);
        var writer = EventWriter.Create(parsed.InvocationConfiguration.Output, parsed.GetValue(Output) == "json", !Console.IsOutputRedirected, Environment.GetEnvironmentVariable);
        try
        {
            var metrics = await MetricsOutlet.OpenAsync(
                MetricsOptions.AddressOf(parsed), MetricsOptions.FileOf(parsed), error, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            await using var metricsScope = metrics.ConfigureAwait(false);

            // Whoever wants to see the events stands in this list; what is printed was seen by the others before.
            IMonitorObserver[] observers = [service, metrics, writer];
            var watch = new MonitorWatch(loop, observers, TimeProvider.System);
            metrics.Watch(watch);
            await using var watchdog = service.StartWatchdog(watch).ConfigureAwait(false);
            await watch.RunAsync(signals.Stop).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (MonitorConfigurationException unusable)
        {
            foreach (var problem in unusable.Problems)
            {
                await error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);
            }

            return ExitCode.Usage;
        }
        catch (MetricsOutletException closed)
        {
            await error.WriteLineAsync(closed.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (Exception unforeseen)
        {
            await error.WriteLineAsync($"The monitor ended by a fault of its own; please report it. {unforeseen}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
