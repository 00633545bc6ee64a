using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Runs a command on a cluster, and turns what goes wrong into log lines and an exit code.</summary>
internal sealed class ClusterAction(Func<ClusterSession, CancellationToken, Task<int>> action)
{
    /// <summary>How long after a signal the process ends at the latest. Giving the lock back takes half a second at most.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);

    /// <summary>A sentence about an exception that nobody expected.</summary>
    public static string Describe(Exception unexpected) =>
        $"The command failed unexpectedly ({unexpected.GetType().Name}): {unexpected.Message.ReplaceLineEndings(" ")}";

    public async Task<int> RunAsync(CommandHost host, FlagValues values, CancellationToken cancellationToken)
    {
        using var signals = new EndSignals(cancellationToken);

        // Not on this thread, so that a signal is heeded even while the output blocks.
        var running = Task.Run(() => RunInOrderAsync(host, values, signals.End), CancellationToken.None);
        return await StopInTime.WaitAsync(running, EndWithin, TimeProvider.System, signals.End).ConfigureAwait(false)
            ? await running.ConfigureAwait(false)
            : ExitCode.Interrupted;
    }

    private async Task<int> RunInOrderAsync(CommandHost host, FlagValues values, CancellationToken cancellationToken)
    {
        var log = new RunLog(host.Error, host.Time, host.WantsColour);
        try
        {
            values.Check();
            var session = new ClusterSession(values, host, log);
            SettingsLog.Write(session);
            return await action(session, cancellationToken).ConfigureAwait(false);
        }
        catch (UsageException invalid)
        {
            log.Complain($"Validating configuration failed: {invalid.Message}");
            return ExitCode.Usage;
        }
        catch (EtcdDiscoveryException failure)
        {
            log.Complain(failure.Message, failure.Remedy);
            return ExitCode.Failed;
        }
        catch (MaintenanceException problem)
        {
            log.Complain(problem.Message, problem.Remedy);
            return problem.OutcomeIsOpen ? ExitCode.Unknown : ExitCode.Failed;
        }
        catch (EtcdException failure)
        {
            log.Complain(failure.Message);
            log.Complain([.. FailureRemedy.Find(failure) is { } remedy ? [remedy] : Array.Empty<string>()]);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Write("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception unexpected)
        {
            log.Complain(Describe(unexpected));
            return ExitCode.Failed;
        }
        finally
        {
            host.Live?.Stop();
        }
    }
}
