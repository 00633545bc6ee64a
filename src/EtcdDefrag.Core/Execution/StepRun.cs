using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What follows a step.</summary>
internal enum NextMove
{
    /// <summary>The next one, at once: nothing was touched.</summary>
    Next,

    /// <summary>The same one, after another inspection: nothing was touched, but time has passed.</summary>
    LookAgain,

    /// <summary>The next one, after the pause and when the cluster is healthy again.</summary>
    Settle,

    /// <summary>Nothing more.</summary>
    End,
}

/// <summary>One member's turn: the question, the lock, the hand-over of leadership, the call.</summary>
internal sealed class StepRun(RunState run, ClusterProbe probe, RunLock runLock, MemberConnections connections, TimeProvider time)
{
    private const int MaxMoves = 3;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    /// <summary>Takes the step as far as it goes from what was seen a moment ago.</summary>
    public async Task<NextMove> TakeAsync(GuardContext context, EtcdDefragStep step, CancellationToken cancellationToken)
    {
        var seen = context.Snapshot.Members.FirstOrDefault(m => m.MemberId == step.MemberId);
        if (step.Action == EtcdDefragAction.Skip)
        {
            await run.LeaveAsync(step, EtcdDefragOutcome.Skipped, step.Reason, seen?.Status).ConfigureAwait(false);
            return NextMove.Next;
        }

        if (seen is not { Status: { } status })
        {
            // Only force leads here: the guards want every voter to answer.
            var reason = seen?.Failure?.Message ?? "It gave no status, and was skipped.";
            var result = RunState.Untouched(step, EtcdDefragOutcome.NotAttempted, reason) with { WasUnreachable = true };
            await run.FinishAsync(result, error: seen?.Failure).ConfigureAwait(false);
            return NextMove.Next;
        }

        var wasApproved = run.IsApproved(step);
        if (!wasApproved)
        {
            await run.WarnAsync(RunWarnings.FindLongPause(step)).ConfigureAwait(false);
            await run.EmitAsync(at => new StepStarting(at, step, status)).ConfigureAwait(false);
        }

        var asked = time.GetTimestamp();
        if (await run.FindObjectionAsync(step, cancellationToken).ConfigureAwait(false) is { } objection)
        {
            await run.LeaveAsync(step, EtcdDefragOutcome.Skipped, objection, status, wasDeclined: true).ConfigureAwait(false);
            return NextMove.Next;
        }

        // If the user took time to decide, what was seen before is old.
        return !wasApproved && time.GetElapsedTime(asked) > FreshFor
            ? NextMove.LookAgain
            : await GoAsync(context, step, seen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the lock where it is not held yet: as late as can be, so that a run which touches nothing writes nothing.</summary>
    public async Task<GuardRefusal?> TakeLockAsync(GuardContext context, CancellationToken cancellationToken) =>
        run.Request.NoLock || runLock.IsTaken
            ? null
            : await runLock.TakeAsync(context.Snapshot, warning => run.WarnAsync([warning]), cancellationToken).ConfigureAwait(false);

    private async Task<NextMove> GoAsync(
        GuardContext context, EtcdDefragStep step, MemberObservation seen, CancellationToken cancellationToken)
    {
        if (await TakeLockAsync(context, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            await run.RefuseAsync(refusal, context).ConfigureAwait(false);
            return NextMove.End;
        }

        return step.IsLeader && run.Request.MoveLeader && context.Snapshot.VoterCount > 1
            ? await MoveLeaderAsync(context, step, cancellationToken).ConfigureAwait(false)
            : await DefragmentAsync(context, step, seen, cancellationToken).ConfigureAwait(false);
    }

    private async Task<NextMove> DefragmentAsync(
        GuardContext context, EtcdDefragStep step, MemberObservation seen, CancellationToken cancellationToken)
    {
        runLock.Voters.Avoid(seen.Address);
        var call = new DefragCall(connections.Get(seen.Address!), run, runLock, step, seen.Metrics, time);
        var outcome = await call.MakeAsync(cancellationToken).ConfigureAwait(false);
        runLock.Voters.Avoid(outcome.Result.Outcome == EtcdDefragOutcome.Unknown ? seen.Address : null);
        if (outcome.Result.Outcome == EtcdDefragOutcome.NotAttempted && runLock.FindLoss() is { } loss)
        {
            await run.RefuseAsync(loss, context).ConfigureAwait(false);
            return NextMove.End;
        }

        if (outcome.Error is EtcdException { Failure: EtcdFailure.Unreachable })
        {
            // It may have been removed since the last inspection, which is not a failure.
            context = await probe.InspectAsync(cancellationToken).ConfigureAwait(false);
            if (run.IsRemoved(step.MemberId))
            {
                await run.SkipRemovedAsync().ConfigureAwait(false);
                return NextMove.Settle;
            }
        }

        await run.FinishAsync(outcome.Result, outcome.Status, outcome.Error).ConfigureAwait(false);
        if (DiskFull.IsReported(outcome.Error)
            && await new DiskFull(connections).NoteAsync(step, seen, mayWrite: !run.Request.NoLock, cancellationToken).ConfigureAwait(false)
                is { } warning)
        {
            await run.WarnAsync([warning]).ConfigureAwait(false);
        }

        if (run.IsPending && FindEnd(outcome) is { } end)
        {
            await run.RefuseAsync(end, context).ConfigureAwait(false);
            return NextMove.End;
        }

        return After(outcome.Result.Outcome);
    }

    /// <summary>What concerns every other member too, whatever the request says about going on.</summary>
    private GuardRefusal? FindEnd(CallOutcome outcome) => outcome.Error switch
    {
        EtcdException refused when AccessProbe.IsAboutTheUser(refused) => Guards.Refuse("NotPermitted", refused.Message),
        { } full when DiskFull.IsReported(full) => Guards.Refuse(DiskFull.Rule, outcome.Result.Reason) with { CanBeForced = false },
        _ => runLock.FindLoss(),
    };

    private async Task<NextMove> MoveLeaderAsync(GuardContext context, EtcdDefragStep step, CancellationToken cancellationToken)
    {
        if (run.CountMoves(step) == MaxMoves)
        {
            return await FailAsync(step, $"Its leadership was moved {MaxMoves} times and came back each time, so it was skipped.")
                .ConfigureAwait(false);
        }

        if (runLock.FindLoss() is { } loss)
        {
            await run.RefuseAsync(loss, context).ConfigureAwait(false);
            return NextMove.End;
        }

        try
        {
            var plan = LeaderMovePlan.Create(context.Snapshot, new LeaderMoveRequest(run.Request.Endpoints)
            {
                ExcludedIds = context.PendingIds,
                MaxRaftLag = context.MaxRaftLag,
            });
            var move = await new LeaderMoveOperation(connections, time).ExecuteAsync(plan, cancellationToken).ConfigureAwait(false);
            await run.AddMoveAsync(step, move.LeaderId).ConfigureAwait(false);
            return NextMove.Settle;
        }
        catch (MaintenanceException problem)
        {
            return await FailAsync(step, $"Its leadership could not be moved, so it was skipped. {problem.Message}", problem.InnerException)
                .ConfigureAwait(false);
        }
    }

    private async Task<NextMove> FailAsync(EtcdDefragStep step, string reason, Exception? error = null)
    {
        await run.FinishAsync(RunState.Untouched(step, EtcdDefragOutcome.Failed, reason), error: error).ConfigureAwait(false);
        return After(EtcdDefragOutcome.Failed);
    }

    private NextMove After(EtcdDefragOutcome outcome) => outcome switch
    {
        EtcdDefragOutcome.Defragmented => NextMove.Settle,
        EtcdDefragOutcome.Failed when run.Request.ContinueOnError => NextMove.Settle,
        _ => NextMove.End,
    };
}
