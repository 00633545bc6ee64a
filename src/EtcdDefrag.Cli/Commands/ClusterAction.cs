using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Cli.Commands;

/// <summary>Runs a command on a cluster, and turns what is wrong into words and an exit code.</summary>
internal sealed class ClusterAction(CommandHost host, Func<ClusterSession, CancellationToken, Task<int>> action)
{
    /// <summary>How long after a signal the process ends at the latest. Giving the lock back takes half a second at most.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);

    /// <summary>A sentence about what nobody has thought of.</summary>
    public static string Describe(Exception unforeseen) => $"The command failed unexpectedly ({unforeseen.GetType().Name}): {unforeseen.Message.ReplaceLineEndings(" ")}";

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // What System.CommandLine does about signals would end the process before the run has given its lock back.
        parsed.InvocationConfiguration.ProcessTerminationTimeout = null;
        using var signals = new EndSignals(cancellationToken);

        // Apart from this thread, so that a signal is heeded also where the output is held up.
        var running = Task.Run(() => RunInOrderAsync(parsed, signals.End), CancellationToken.None);
        return await StopInTime.WaitAsync(running, EndWithin, TimeProvider.System, signals.End).ConfigureAwait(false)
            ? await running.ConfigureAwait(false)
            : ExitCode.Interrupted;
    }

    private async Task<int> RunInOrderAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var log = new RunLog(host.Error, host.Time, host.WantsColour);
        try
        {
            var values = new FlagValues(parsed, host.ReadVariable);
            values.Check();
            var session = new ClusterSession(values, host, log);
            await SettingsLog.WriteAsync(session).ConfigureAwait(false);
            return await action(session, cancellationToken).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            await log.ComplainAsync($"Validating configuration failed: {wrong.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (EtcdDiscoveryException failure)
        {
            await log.ComplainAsync(failure.Message, failure.Remedy).ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await log.WriteAsync("Interrupted.").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
        catch (Exception unforeseen)
        {
            await log.ComplainAsync(Describe(unforeseen)).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
