using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>Waits between two steps for the pause, and then until every guard holds again, for a bounded time.</summary>
internal sealed class HealthWait(RunState run, ClusterProbe probe, RunLock runLock, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>What the guards say in the end.</summary>
    public async Task<GuardVerdict> WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await run.EmitAsync(at => new WaitingForHealthy(at, pause, run.Request.SettleTimeout)).ConfigureAwait(false);
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }

        var verdict = await PollAsync(cancellationToken).ConfigureAwait(false);
        if (verdict.Refusal is null)
        {
            await run.EmitAsync(at => new HealthyAgain(at, time.GetElapsedTime(started))).ConfigureAwait(false);
        }

        return verdict;
    }

    /// <summary>Inspects at least once, and completes the inspection that is under way when the time is over.</summary>
    private async Task<GuardVerdict> PollAsync(CancellationToken cancellationToken)
    {
        var limit = run.Request.SettleTimeout;
        var started = time.GetTimestamp();
        while (true)
        {
            var context = await probe.InspectAsync(cancellationToken).ConfigureAwait(false);
            var verdict = Guards.Ask(context, run.Request.Force);
            await run.WarnAsync([.. verdict.Forced, .. RunWarnings.Find(context)]).ConfigureAwait(false);
            runLock.Voters.Prefer(context.Snapshot);
            verdict = verdict with { Refusal = runLock.FindLoss() ?? verdict.Refusal };
            if (verdict.Refusal is not { MayPass: true } refusal)
            {
                return verdict;
            }

            if (time.GetElapsedTime(started) >= limit)
            {
                var reason = $"The cluster did not become healthy within {Units.Seconds(limit)}: {refusal.Reason}";
                return verdict with { Refusal = refusal with { Reason = reason } };
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
