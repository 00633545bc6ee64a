using EtcdDefrag.Execution.Guarding;

namespace EtcdDefrag.Execution;

/// <summary>Between two steps: waits until every guard holds again and the pause is over, for a bounded time.</summary>
internal sealed class Settlement(ClusterLook look, TimeProvider time)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>The last look, and the refusal that stands at the end of it, if any does.</summary>
    public async Task<(GuardContext Context, GuardRefusal? Refusal)> WaitAsync(
        RunState run, GuardContext before, TimeSpan pause, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await run.EmitAsync(at => new Settling(at, pause, run.Request.SettleTimeout)).ConfigureAwait(false);
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }

        var (context, refusal) = await LookUntilWellAsync(run, before, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            await run.EmitAsync(at => new Settled(at, time.GetElapsedTime(started))).ConfigureAwait(false);
        }

        return (context, refusal);
    }

    private async Task<(GuardContext Context, GuardRefusal? Refusal)> LookUntilWellAsync(
        RunState run, GuardContext before, CancellationToken cancellationToken)
    {
        var limit = run.Request.SettleTimeout;
        var context = before;
        GuardRefusal? refusal = null;
        using var overdue = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        try
        {
            while (true)
            {
                context = await look.TakeAsync(run, either.Token).ConfigureAwait(false);
                (refusal, var forced) = Guards.Ask(context, run.Request.Force);
                await run.WarnAsync([.. forced, .. RunWarnings.Find(context)]).ConfigureAwait(false);
                if (refusal is null or { MayPass: false })
                {
                    return (context, refusal);
                }

                await Task.Delay(LookAgainAfter, time, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            refusal ??= new GuardRefusal("VoterUnreachable", "A member did not answer.", "Bring every member back, then run again.");
            return (context, refusal with { Reason = $"The cluster was not well again {limit.TotalSeconds} s after the last step: {refusal.Reason}" });
        }
    }
}
