using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Execution;

/// <summary>
/// Carries a defragmentation out: one member at a time, the leader last, looking at the whole cluster again before every step.
/// Calls Defragment at most once a member, and never for the next one while the outcome of the one before is open.
/// </summary>
internal sealed class DefragRunner
{
    private readonly MemberConnections _connections;
    private readonly AccessProbe _access;
    private readonly TimeProvider _time;

    /// <summary>Prepares runs; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    /// <param name="time">The clock.</param>
    public DefragRunner(MemberConnections connections, TimeProvider time)
    {
        _connections = connections;
        _time = time;
        _access = new AccessProbe(connections);
    }

    /// <summary>
    /// Runs to the end, whatever that is. Failures of members are results; only a failure of the observer is thrown. When the
    /// caller cancels, no further step begins and the report says what was left open.
    /// </summary>
    /// <param name="request">What to do.</param>
    /// <param name="observer">Follows the run and approves each step.</param>
    /// <param name="cancellationToken">Ends the run; a member that is defragmenting goes on by itself.</param>
    public async Task<DefragReport> RunAsync(DefragRequest request, IDefragObserver observer, CancellationToken cancellationToken)
    {
        using var run = new RunState(request, _connections.Options, observer, _time);
        using var runLock = new RunLock(_connections, _time);
        try
        {
            await RunStepsAsync(run, runLock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is left is handed out below, as after any other end.
            await run.KeepAlarmsAsync().ConfigureAwait(false);
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
        var report = run.Report(cancellationToken);
        await run.EmitAsync(at => new RunStopped(at, report)).ConfigureAwait(false);
        return report;
    }

    private async Task RunStepsAsync(RunState run, RunLock runLock, CancellationToken cancellationToken)
    {
        var probe = new ClusterProbe(_connections, _time);
        var healthWait = new HealthWait(probe, runLock, _time);
        await TakeStepsAsync(run, probe, runLock, healthWait, cancellationToken).ConfigureAwait(false);
        if (run.Request.DisarmBelow is { } share && run.IsAllDone)
        {
            await ClearAlarmsAsync(run, runLock, healthWait, share, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeStepsAsync(RunState run, ClusterProbe probe, RunLock runLock, HealthWait healthWait, CancellationToken cancellationToken)
    {
        var (context, refusal) = await BeginAsync(run, probe, cancellationToken).ConfigureAwait(false);
        if (refusal is { Rule: "RaftLag" })
        {
            // Under load a member falls behind and catches up again, before the first step as between two.
            (context, refusal) = await healthWait.WaitAsync(run, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }

        if (refusal is null && run.Request is { PreparesForNoSpace: true, NoLock: false })
        {
            await runLock.PrepareForNoSpaceAsync(context.Snapshot, cancellationToken).ConfigureAwait(false);
        }

        var steps = new StepRun(_connections, probe, runLock, _time);
        if (refusal is null)
        {
            await run.ReportUnreachedAsync().ConfigureAwait(false);
            refusal = run.Request.CompactionRetain is not null && !run.IsPending ? NobodyToAsk() : null;
        }

        if (refusal is null && run.Request.CompactionRetain is { } retain)
        {
            refusal = await steps.TakeLockAsync(run, context, cancellationToken).ConfigureAwait(false) ?? runLock.FindLoss();
            if (refusal is null)
            {
                var compaction = new HistoryCompaction(_connections, _time);
                var unfinished = await compaction.RunAsync(run, context, retain, cancellationToken).ConfigureAwait(false);
                (context, refusal) = await healthWait.WaitAsync(run, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
                refusal ??= unfinished;
            }
        }

        while (refusal is null)
        {
            await run.SkipRemovedAsync().ConfigureAwait(false);
            var (plan, unanswerable) = Plan(run, context);
            if (unanswerable is not null)
            {
                refusal = unanswerable;
                break;
            }

            await run.AnnounceAsync(plan).ConfigureAwait(false);
            if (plan is not [var next, ..])
            {
                return;
            }

            var after = await steps.TakeAsync(run, context, next, cancellationToken).ConfigureAwait(false);
            if (after == NextMove.End || !run.IsPending)
            {
                return;
            }

            if (after != NextMove.Next)
            {
                var pause = after == NextMove.Settle ? run.Request.Pause : TimeSpan.Zero;
                (context, refusal) = await healthWait.WaitAsync(run, pause, cancellationToken).ConfigureAwait(false);
            }
        }

        await run.RefuseAsync(refusal, context).ConfigureAwait(false);
    }

    /// <summary>A compaction concerns the whole cluster, but is made for the sake of the members that follow it.</summary>
    private static GuardRefusal NobodyToAsk() => new(
        "VoterUnreachable",
        "No member that was asked for answered, so the history was not compacted either.",
        "Name members that can be reached from here, or bring them back first.");

    /// <summary>The alarms are the cluster's, so the guards are asked once more, and the lock has to be held still.</summary>
    private async Task ClearAlarmsAsync(RunState run, RunLock runLock, HealthWait healthWait, double share, CancellationToken cancellationToken)
    {
        run.AlarmsAreOpen = true;
        var (context, refusal) = await healthWait.WaitAsync(run, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        var alarms = new SpaceAlarms(_connections);
        await alarms.DisarmAllAsync(run, context.Snapshot, () => runLock.FindLoss() ?? refusal, share, cancellationToken).ConfigureAwait(false);
        run.AlarmsAreOpen = false;
    }

    /// <summary>A rule that cannot be answered is no reason to leave a member alone, and none to touch it.</summary>
    private static (IReadOnlyList<EtcdDefragStep> Plan, GuardRefusal? Refusal) Plan(RunState run, GuardContext context)
    {
        try
        {
            return (run.Plan(context.Snapshot), null);
        }
        catch (RuleEvaluationException unknown)
        {
            return ([], new GuardRefusal("PolicyUnanswerable", unknown.Message, "Give what is not known, or a rule that does not ask for it."));
        }
    }

    private async Task<(GuardContext Context, GuardRefusal? Refusal)> BeginAsync(RunState run, ClusterProbe probe, CancellationToken cancellationToken)
    {
        var first = await probe.InspectAsync(run, cancellationToken).ConfigureAwait(false);
        await run.EmitAsync(at => new ClusterInspected(at, first.Snapshot, first.Health)).ConfigureAwait(false);
        run.Begin(first.Snapshot);
        var (_, unanswerable) = Plan(run, first);
        var missing = await _access.FindProblemsAsync(first.Snapshot, cancellationToken).ConfigureAwait(false);
        var context = first with { PendingIds = run.PendingIds, AccessProblems = missing };
        context = context with { DiskProblems = await new DiskFull(_connections).FindProblemsAsync(context, cancellationToken).ConfigureAwait(false) };
        var (refusal, forced) = Guards.Ask(context, run.Request.Force);
        await run.WarnAsync([.. forced, .. RunWarnings.Find(context), .. RunWarnings.FindArmed(context, run.Request)]).ConfigureAwait(false);
        return (context, refusal ?? unanswerable);
    }
}
