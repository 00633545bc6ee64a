using EtcdDefrag.Connection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Defragments members one at a time, the leader last, and inspects the whole cluster again before every step. Calls Defragment at most
/// once a member, and never for the next one while the outcome of the one before is open.
/// </summary>
internal sealed class DefragRunner(MemberConnections connections, TimeProvider time)
{
    /// <summary>Finds out what a run would do, and whether it would be refused. Changes nothing.</summary>
    public async Task<DefragPlan> PlanAsync(DefragRequest request, CancellationToken cancellationToken)
    {
        using var run = new RunState(request, connections.Options, observer: null, time);
        using var runLock = new RunLock(connections, time);
        return await Prepare(run, runLock).PlanAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs to the end, whatever that is. Failures of members are results; only a failure of the observer is thrown. When the caller
    /// cancels, no further step begins, a member that is defragmenting goes on by itself, and the report says what was left open.
    /// </summary>
    public async Task<DefragReport> RunAsync(DefragRequest request, IDefragObserver observer, CancellationToken cancellationToken)
    {
        using var run = new RunState(request, connections.Options, observer, time);
        using var runLock = new RunLock(connections, time);
        try
        {
            await Prepare(run, runLock).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is left is handed out below, as after any other end.
            if (run.IsClearingAlarms)
            {
                const string Reason = "The run was cancelled before it had cleared every alarm.";
                await run.EmitAsync(at => new AlarmsKept(at, Reason)).ConfigureAwait(false);
            }
        }
        finally
        {
            if (await runLock.ReleaseAsync(cancellationToken).ConfigureAwait(false) is { } leftBehind)
            {
                await run.WarnAsync([leftBehind]).ConfigureAwait(false);
            }
        }

        await run.AbandonAsync(cancellationToken.IsCancellationRequested
            ? "The run was cancelled before this member's turn."
            : "The run had ended before this member's turn.").ConfigureAwait(false);
        var report = run.ToReport(cancellationToken.IsCancellationRequested);
        await run.EmitAsync(at => new RunStopped(at, report)).ConfigureAwait(false);
        return report;
    }

    private GuardedRun Prepare(RunState run, RunLock runLock) =>
        new(run, new ClusterProbe(connections, run, time), runLock, connections, time);
}
