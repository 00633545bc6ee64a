using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>Between two steps: waits until every guard holds again and the pause is over, for a bounded time.</summary>
internal sealed class HealthWait(ClusterProbe probe, RunLock runLock, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The last probe, and the refusal that stands at the end of it, if any does.</summary>
    public async Task<(GuardContext Context, GuardRefusal? Refusal)> WaitAsync(
        RunState run, TimeSpan pause, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await run.EmitAsync(at => new WaitingForHealthy(at, pause, run.Request.SettleTimeout)).ConfigureAwait(false);
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }

        var (context, refusal) = await LookUntilWellAsync(run, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            await run.EmitAsync(at => new HealthyAgain(at, time.GetElapsedTime(started))).ConfigureAwait(false);
        }

        return (context, refusal);
    }

    /// <summary>Looks at least once. A probe that is under way when the time is over is let finish: its reason is what the user needs.</summary>
    private async Task<(GuardContext Context, GuardRefusal? Refusal)> LookUntilWellAsync(RunState run, CancellationToken cancellationToken)
    {
        var limit = run.Request.SettleTimeout;
        var started = time.GetTimestamp();
        while (true)
        {
            var context = await probe.InspectAsync(run, cancellationToken).ConfigureAwait(false);
            var (refusal, forced) = Guards.Ask(context, run.Request.Force);
            await run.WarnAsync([.. forced, .. RunWarnings.Find(context)]).ConfigureAwait(false);
            runLock.Prefer(context.Snapshot);
            refusal = runLock.FindLoss() ?? refusal;
            if (refusal is null or { MayPass: false })
            {
                return (context, refusal);
            }

            if (time.GetElapsedTime(started) >= limit)
            {
                return (context, refusal with { Reason = $"The cluster was not well again {Units.Seconds(limit)} after the last step: {refusal.Reason}" });
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
