using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Text;
using EtcdDefrag.Usage;

namespace EtcdDefrag.Recovery;

/// <summary>
/// Brings a cluster back from NOSPACE: snapshot, compaction, the guarded run over every member, the alarms, and a write as proof. Every
/// part is one that exists by itself; what is done depends only on what the cluster says now, so that after an interruption it is simply
/// started again.
/// </summary>
internal sealed class RecoveryOperation(MemberConnections connections, TimeProvider time)
{
    /// <summary>Finds out what would be done, and whether it would be refused. Changes nothing.</summary>
    /// <exception cref="MaintenanceException">The snapshot cannot be saved there.</exception>
    public async Task<RecoveryPlan> PlanAsync(RecoveryRequest request, CancellationToken cancellationToken)
    {
        request = request with { Run = RecoveryRequest.Complete(request.Run) };
        var run = await new DefragRunner(connections, time).PlanAsync(request.Run, cancellationToken).ConfigureAwait(false);
        var compaction = run.Snapshot.Statuses.Any()
            ? CompactionPlan.Create(run.Snapshot, new CompactionRequest(request.Run.Endpoints) { Retain = request.Run.CompactionRetain!.Value })
            : null;
        var plan = new RecoveryPlan(request, run, compaction, Snapshot: null);
        return request.Snapshot is { } wanted && plan is { IsNeeded: true, Refusal: null }
            ? plan with { Snapshot = await new SnapshotOperation(connections, time).PlanAsync(wanted, cancellationToken).ConfigureAwait(false) }
            : plan;
    }

    /// <summary>
    /// Carries the plan out. How it ends is a result, cancellation included; nothing is changed where the snapshot cannot be saved. The
    /// observer follows the run; what comes before and after it goes to <paramref name="onProgress"/>, or to <paramref name="onWarning"/>.
    /// </summary>
    public async Task<EtcdSpaceResult> ExecuteAsync(
        RecoveryPlan plan, IDefragObserver observer, Func<string, Task> onProgress, Func<string, Task> onWarning, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = Begin(plan);
        try
        {
            result = await RecoverAsync(plan, result, observer, onProgress, onWarning, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = result with { Outcome = EtcdSpaceOutcome.Cancelled, Reason = "It was cancelled. Started again, it goes on from there." };
        }
        catch (Exception failure) when (failure is MaintenanceException or EtcdException)
        {
            var remedy = (failure as MaintenanceException)?.Remedy ?? "See the member's log; then start it again.";
            result = result with { Outcome = EtcdSpaceOutcome.Failed, Reason = failure.Message, Remedy = remedy, Error = failure };
        }

        return result with { Duration = time.GetElapsedTime(started) };
    }

    private EtcdSpaceResult Begin(RecoveryPlan plan)
    {
        EtcdMemberStatus[] statuses = [.. plan.Cluster.Statuses.Select(plan.Assume)];
        return new EtcdSpaceResult
        {
            Endpoint = [.. plan.Cluster.Members.Select(m => m.Endpoint).Where(e => e.Length > 0)],
            ClusterId = statuses.FirstOrDefault()?.ClusterId ?? "",
            Outcome = EtcdSpaceOutcome.Refused,
            ArmedBefore = plan.Armed,
            DbSizeBefore = statuses.Max(s => (long?)s.DbSize),
            DbQuota = statuses.Min(s => s.DbQuota),
            Connection = connections.Options,
        };
    }

    private async Task<EtcdSpaceResult> RecoverAsync(
        RecoveryPlan plan,
        EtcdSpaceResult result,
        IDefragObserver observer,
        Func<string, Task> onProgress,
        Func<string, Task> onWarning,
        CancellationToken cancellationToken)
    {
        if (plan.Refusal is { } refusal)
        {
            return result with { Reason = refusal.Reason, Remedy = refusal.Remedy };
        }

        if (!plan.IsNeeded)
        {
            return await ProveAsync(result with { Outcome = EtcdSpaceOutcome.NothingToDo, ArmedAfter = [] }, plan.Cluster, cancellationToken)
                .ConfigureAwait(false);
        }

        if (plan.Snapshot is { } snapshot)
        {
            await onProgress($"Saving a snapshot of {snapshot.Member.DisplayName} to {snapshot.Path}.").ConfigureAwait(false);
            var saved = await new SnapshotOperation(connections, time)
                .ExecuteAsync(snapshot, (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            result = result with { Snapshot = saved.Path };
        }

        var run = plan.Request.Run;
        var goesWithoutLock = run.NoLock
            || await new AbandonedTurn(connections, time).MustGoWithoutLockAsync(plan.Cluster, onWarning, cancellationToken).ConfigureAwait(false);
        var report = await new DefragRunner(connections, time)
            .RunAsync(run with { NoLock = goesWithoutLock }, observer, cancellationToken).ConfigureAwait(false);
        result = result with { CompactRevision = plan.Compaction?.Revision ?? 0, Members = report.Results };
        cancellationToken.ThrowIfCancellationRequested();
        return await JudgeAsync(plan, result, report, onProgress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks again: what the cluster says counts, and not what the run believes.</summary>
    private async Task<EtcdSpaceResult> JudgeAsync(
        RecoveryPlan plan, EtcdSpaceResult result, DefragReport report, Func<string, Task> onProgress, CancellationToken cancellationToken)
    {
        var run = plan.Request.Run;
        var verdict = RunSummary.Of(report).Verdict;
        var request = new DisarmRequest(run.Endpoints) { MaxQuotaUsage = run.DisarmBelow!.Value, QuotaBytes = run.Plan.QuotaBytes };
        var disarm = await new DisarmOperation(connections, time).PlanAsync(request, cancellationToken).ConfigureAwait(false);
        if (verdict == RunVerdict.Failed && disarm is { Obstacle: null, AreAlarmsKnown: true })
        {
            // A member that could not be defragmented may have had room before: the alarms depend on sizes alone.
            foreach (var step in disarm.Steps)
            {
                await onProgress($"Clearing the NOSPACE alarm of {step.DisplayName}.").ConfigureAwait(false);
                await new DisarmOperation(connections, time).ExecuteAsync(step, cancellationToken).ConfigureAwait(false);
            }

            disarm = await new DisarmOperation(connections, time).PlanAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var armed = DisarmPlan.FindArmed(disarm.Snapshot);
        result = result with
        {
            ArmedAfter = disarm.AreAlarmsKnown ? armed : null,
            DbSizeAfter = disarm.Snapshot.Statuses.Max(s => (long?)s.DbSize),
        };
        return verdict switch
        {
            RunVerdict.Refused => result with { Reason = report.Refusal!.Reason, Remedy = report.Refusal.Remedy },
            RunVerdict.Unknown => result with
            {
                Outcome = EtcdSpaceOutcome.Unknown,
                Reason = FirstReason(report),
                Remedy = "See the member's status and log before anything else; then start it again.",
            },
            _ when disarm.AreAlarmsKnown && armed.Count == 0 => await ProveAsync(
                result with { Outcome = EtcdSpaceOutcome.Recovered, Reason = verdict == RunVerdict.Failed ? FirstReason(report) : "" },
                disarm.Snapshot,
                cancellationToken).ConfigureAwait(false),
            _ when report.Results.All(r => r.Outcome is EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Skipped) =>
                await NameLargestAsync(DescribeFull(plan, result, disarm), run.Endpoints, cancellationToken).ConfigureAwait(false),
            _ => result with
            {
                Outcome = EtcdSpaceOutcome.Failed,
                Reason = $"{FirstReason(report)} {disarm.Obstacle}".TrimEnd(),
                Remedy = "Mend what failed, and start it again: it goes on from there.",
            },
        };
    }

    /// <summary>All was done, and the alarm stays: by how much the quota must grow.</summary>
    private static EtcdSpaceResult DescribeFull(RecoveryPlan plan, EtcdSpaceResult result, DisarmPlan disarm)
    {
        const long Mebibyte = 1 << 20;
        var limit = plan.Request.Run.DisarmBelow!.Value;
        var isTooLarge = disarm.Snapshot.Statuses.Select(plan.Assume).Any(s => s.DbQuotaUsage >= limit);
        if (!isTooLarge)
        {
            return result with
            {
                Outcome = EtcdSpaceOutcome.Failed,
                Reason = disarm.Obstacle ?? "An alarm was armed again, or could not be cleared.",
                Remedy = "See the members' logs; then start it again.",
            };
        }

        // Strictly below the limit, in whole MiB.
        var needed = ((long)(result.DbSizeAfter!.Value / limit / Mebibyte) + 1) * Mebibyte;
        return result with
        {
            Outcome = EtcdSpaceOutcome.StillFull,
            DbQuotaNeeded = needed,
            Reason = $"The data itself is too large: {disarm.Obstacle}",
            Remedy = $"Raise the quota of every member (--quota-backend-bytes) to {Units.Size(needed)} ({needed}) or more, delete keys, "
                + $"or keep less than {plan.Request.Run.CompactionRetain} revisions of history; then start it again.",
        };
    }

    /// <summary>Says what could go. A member that cannot be read keeps only that back.</summary>
    private async Task<EtcdSpaceResult> NameLargestAsync(
        EtcdSpaceResult result, IReadOnlyList<EtcdEndpoint> endpoints, CancellationToken cancellationToken)
    {
        const int Listed = 5;
        if (result.Outcome != EtcdSpaceOutcome.StillFull)
        {
            return result;
        }

        try
        {
            var measure = new KeyspaceMeasure(connections, time);
            var request = new KeyspaceRequest(endpoints) { First = Listed };
            var member = await measure.ChooseAsync(request, cancellationToken).ConfigureAwait(false);
            var usage = await measure.MeasureAsync(member, request, (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            return result with { Largest = [.. usage.Where(u => u.Kind == EtcdKeyspaceKind.Prefix)] };
        }
        catch (Exception unreadable) when (unreadable is EtcdException or MaintenanceException)
        {
            return result;
        }
    }

    private async Task<EtcdSpaceResult> ProveAsync(EtcdSpaceResult result, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var failure = await new WriteProof(connections).FindFailureAsync(snapshot, cancellationToken).ConfigureAwait(false);
        return failure switch
        {
            null => result with { TakesWrites = true },
            { Code: EtcdStatusCode.PermissionDenied } => result with
            {
                Reason = $"{result.Reason} No write was tried: {failure.Message}".TrimStart(),
            },
            _ => result with
            {
                Outcome = EtcdSpaceOutcome.Failed,
                TakesWrites = false,
                Reason = $"No alarm is armed, but a write was refused: {failure.Message}",
                Remedy = "See the member's log; then start it again.",
                Error = failure,
            },
        };
    }

    private static string FirstReason(DefragReport report) => report.Results
        .Where(r => r.Outcome is EtcdDefragOutcome.Unknown or EtcdDefragOutcome.Failed or EtcdDefragOutcome.NotAttempted)
        .Select(r => $"{r.Endpoint}: {r.Reason}").Concat(report.Failures).FirstOrDefault() ?? "";
}
