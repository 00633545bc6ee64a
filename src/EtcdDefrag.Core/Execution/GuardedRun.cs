using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Execution;

/// <summary>The course of a run: the guards, the compaction, one step after the other, the alarms.</summary>
internal sealed class GuardedRun(RunState run, ClusterProbe probe, RunLock runLock, MemberConnections connections, TimeProvider time)
{
    private readonly HealthWait _healthWait = new(run, probe, runLock, time);
    private readonly StepRun _steps = new(run, probe, runLock, connections, time);

    /// <summary>What the run would do: it begins, and goes no further.</summary>
    public async Task<DefragPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var verdict = await BeginAsync(cancellationToken).ConfigureAwait(false);
        var (snapshot, health) = (verdict.Context.Snapshot, verdict.Context.Health);
        var steps = run.Plan(snapshot).Steps;
        await run.WarnAsync([.. steps.SelectMany(RunWarnings.Find), .. steps.SelectMany(RunWarnings.FindLongPause)]).ConfigureAwait(false);
        return new DefragPlan(snapshot, steps)
        {
            Refused = verdict.Refusal is { } refusal ? new RunRefused(time.GetUtcNow(), refusal, snapshot, health) : null,
            Compaction = verdict.Refusal is null && run.Request.CompactionRetain is { } retain
                ? PlanCompaction(snapshot, retain).ToDryRun()
                : null,
            Warnings = run.Warnings,
            Unreached = [.. run.Unreached],
        };
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TakeStepsAsync(cancellationToken).ConfigureAwait(false);
        if (run.Request.DisarmBelow is not null && run.IsAllDone)
        {
            run.IsClearingAlarms = true;
            await ClearAlarmsAsync(run.Request, cancellationToken).ConfigureAwait(false);
            run.IsClearingAlarms = false;
        }
    }

    private async Task<GuardVerdict> BeginAsync(CancellationToken cancellationToken)
    {
        var context = await probe.InspectAsync(cancellationToken).ConfigureAwait(false);
        await run.EmitAsync(at => new ClusterInspected(at, context.Snapshot, context.Health)).ConfigureAwait(false);
        run.Begin(context.Snapshot);
        var unanswerable = run.Plan(context.Snapshot).Refusal;
        context = context with { PendingIds = run.PendingIds };
        var access = new AccessProbe(connections).FindProblemsAsync(context.Snapshot, cancellationToken);
        var disk = new DiskFull(connections).FindProblemsAsync(context, cancellationToken);
        await Task.WhenAll(access, disk).ConfigureAwait(false);
        context = context with
        {
            AccessProblems = await access.ConfigureAwait(false),
            DiskProblems = await disk.ConfigureAwait(false),
        };
        var verdict = Guards.Ask(context, run.Request.Force);
        await run.WarnAsync([.. verdict.Forced, .. RunWarnings.Find(context), .. RunWarnings.FindArmed(context, run.Request)])
            .ConfigureAwait(false);
        verdict = verdict with { Refusal = verdict.Refusal ?? unanswerable };
        if (verdict.Refusal is { Rule: "RaftLag" })
        {
            // Under load a member falls behind and catches up again, before the first step as between two.
            verdict = await _healthWait.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }

        return verdict.Refusal is null && run.Request.CompactionRetain is not null && !run.IsPending
            ? verdict with { Refusal = RefuseCompaction() }
            : verdict;
    }

    /// <summary>A compaction concerns the whole cluster, but is made for the sake of the members that follow it.</summary>
    private static GuardRefusal RefuseCompaction() => new GuardRefusal(
        "VoterUnreachable",
        "No member that was asked for answered, so the history was not compacted either.",
        "Name members that can be reached from here, or bring them back first.");

    private async Task TakeStepsAsync(CancellationToken cancellationToken)
    {
        var verdict = await BeginAsync(cancellationToken).ConfigureAwait(false);
        if (verdict.Refusal is null)
        {
            verdict = await PrepareAsync(verdict, cancellationToken).ConfigureAwait(false);
        }

        while (verdict.Refusal is null)
        {
            await run.SkipRemovedAsync().ConfigureAwait(false);
            var plan = run.Plan(verdict.Context.Snapshot);
            if (plan.Refusal is not null)
            {
                verdict = verdict with { Refusal = plan.Refusal };
                break;
            }

            await run.AnnounceAsync(plan.Steps).ConfigureAwait(false);
            if (plan.Steps is not [var next, ..])
            {
                return;
            }

            var after = await _steps.TakeAsync(verdict.Context, next, cancellationToken).ConfigureAwait(false);
            if (after == NextMove.End || !run.IsPending)
            {
                return;
            }

            if (after != NextMove.Next)
            {
                var pause = after == NextMove.Settle ? run.Request.Pause : TimeSpan.Zero;
                verdict = await _healthWait.WaitAsync(pause, cancellationToken).ConfigureAwait(false);
            }
        }

        await run.RefuseAsync(verdict.Refusal, verdict.Context).ConfigureAwait(false);
    }

    /// <summary>What comes before the first step, once every guard holds.</summary>
    private async Task<GuardVerdict> PrepareAsync(GuardVerdict verdict, CancellationToken cancellationToken)
    {
        if (run.Request is { PreparesForNoSpace: true, NoLock: false })
        {
            await runLock.PrepareForNoSpaceAsync(verdict.Context.Snapshot, cancellationToken).ConfigureAwait(false);
        }

        await run.ReportUnreachedAsync().ConfigureAwait(false);
        return run.Request.CompactionRetain is { } retain
            ? await CompactAsync(verdict, retain, cancellationToken).ConfigureAwait(false)
            : verdict;
    }

    /// <summary>
    /// A compaction that fails does not end the run. One that is not over in time at every member does, unless by force: a defragmentation
    /// now would have its pause and not its gain.
    /// </summary>
    private async Task<GuardVerdict> CompactAsync(GuardVerdict verdict, long retain, CancellationToken cancellationToken)
    {
        var context = verdict.Context;
        var plan = PlanCompaction(context.Snapshot, retain);
        if (run.Request.IsDryRun)
        {
            await run.EmitAsync(at => new CompactionFinished(at, plan.ToDryRun()) { IsDryRun = true }).ConfigureAwait(false);
            return verdict;
        }

        if ((await _steps.TakeLockAsync(context, cancellationToken).ConfigureAwait(false) ?? runLock.FindLoss()) is { } refusal)
        {
            return verdict with { Refusal = refusal };
        }

        await run.EmitAsync(at => new CompactionStarting(at, plan.ToResult(EtcdCompactionOutcome.NothingToDo))).ConfigureAwait(false);
        var result = await new CompactionOperation(connections, time).ExecuteAsync(
            plan,
            wait => run.EmitAsync(at => new CompactionObserving(at, wait.Compaction, wait.Endpoints, wait.Limit)),
            cancellationToken).ConfigureAwait(false);
        var isUnfinished = result.UnfinishedMembers.Count > 0;
        if (!isUnfinished && result.Outcome is EtcdCompactionOutcome.Failed or EtcdCompactionOutcome.Unknown)
        {
            run.AddFailure(result.Reason);
        }

        await run.EmitAsync(at => new CompactionFinished(at, result)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (isUnfinished && run.Request.Force)
        {
            await run.WarnAsync([Guards.Override("CompactionInProgress", result.Reason)]).ConfigureAwait(false);
        }

        verdict = await _healthWait.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return isUnfinished && !run.Request.Force
            ? verdict with { Refusal = verdict.Refusal ?? Guards.Refuse("CompactionInProgress", result.Reason) }
            : verdict;
    }

    private CompactionPlan PlanCompaction(ClusterSnapshot snapshot, long retain) => CompactionPlan.Create(
        snapshot, new CompactionRequest(run.Request.Endpoints) { Retain = retain, Timeout = run.Request.CompactionTimeout });

    /// <summary>The alarms are the cluster's, so the guards are asked once more, and the lock must still be held before each.</summary>
    private async Task ClearAlarmsAsync(DefragRequest request, CancellationToken cancellationToken)
    {
        var verdict = await _healthWait.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        var plan = DisarmPlan.Create(verdict.Context.Snapshot, new DisarmRequest(request.Endpoints)
        {
            MaxQuotaUsage = request.DisarmBelow!.Value,
            QuotaBytes = request.Plan.QuotaBytes,
        });
        if (plan is { Steps.Count: 0, AreAlarmsKnown: true })
        {
            await run.EmitAsync(at => new AlarmsKept(at, "No NOSPACE alarm is armed.") { NoneArmed = true }).ConfigureAwait(false);
            return;
        }

        if (request.IsDryRun)
        {
            var names = string.Join(", ", plan.Steps.Select(s => s.DisplayName));
            var reason = FormattableString.Invariant(
                $"Dry run: NOSPACE of {names} would be cleared if every member is below {request.DisarmBelow} of its quota by then.");
            await run.EmitAsync(at => new AlarmsKept(at, reason)).ConfigureAwait(false);
            return;
        }

        var obstacle = (runLock.FindLoss() ?? verdict.Refusal)?.Reason ?? plan.Obstacle;
        foreach (var step in plan.Steps)
        {
            obstacle ??= runLock.FindLoss()?.Reason;
            if (obstacle is not null)
            {
                break;
            }

            var result = await new DisarmOperation(connections, time).ExecuteAsync(step, cancellationToken).ConfigureAwait(false);
            if (result.Error is not null)
            {
                run.AddFailure(result.Reason);
            }

            await run.EmitAsync(at => new AlarmDisarmed(at, result)).ConfigureAwait(false);
        }

        if (obstacle is not null)
        {
            // The cluster still takes no writes, which is not what was asked for.
            run.AddFailure(obstacle);
            await run.EmitAsync(at => new AlarmsKept(at, obstacle)).ConfigureAwait(false);
        }
    }
}
