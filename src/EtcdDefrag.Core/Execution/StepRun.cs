using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What is to follow a step.</summary>
internal enum NextMove
{
    /// <summary>The next one, at once: nothing was touched.</summary>
    Next,

    /// <summary>The same again, after a fresh probe: nothing was touched, but time has passed.</summary>
    LookAgain,

    /// <summary>The cluster has to be well again before anything else, and the pause is due.</summary>
    Settle,

    /// <summary>Nothing more.</summary>
    End,
}

/// <summary>One member's turn: the question, the lock, the hand-over, the call.</summary>
internal sealed class StepRun(MemberConnections connections, ClusterProbe probe, RunLock runLock, TimeProvider time)
{
    private const int MaxMoves = 3;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(60);

    private readonly LeaderHandOver _handOver = new(connections, probe, time);

    /// <summary>Takes the step as far as it goes from what was seen a moment ago.</summary>
    public async Task<NextMove> TakeAsync(RunState run, GuardContext context, EtcdDefragStep step, CancellationToken cancellationToken)
    {
        if (step.Action == EtcdDefragAction.Skip)
        {
            var current = context.Snapshot.Statuses.FirstOrDefault(s => s.MemberId == step.MemberId);
            await run.FinishAsync(RunState.Untouched(step, EtcdDefragOutcome.Skipped, step.Reason), current).ConfigureAwait(false);
            return NextMove.Next;
        }

        if (context.Snapshot.Members.FirstOrDefault(m => m.MemberId == step.MemberId) is not { Status: { } status } seen)
        {
            return await LeaveUnreachedAsync(run, context, step).ConfigureAwait(false);
        }

        var wasApproved = run.IsApproved(step);
        if (!wasApproved)
        {
            await run.WarnAsync(WarnOfPause(step)).ConfigureAwait(false);
            await run.EmitAsync(at => new StepStarting(at, step, status)).ConfigureAwait(false);
        }

        var asked = time.GetTimestamp();
        if (await run.Observer.FindObjectionAsync(step, wasApproved, cancellationToken).ConfigureAwait(false) is { } objection)
        {
            await run.FinishAsync(RunState.Untouched(step, EtcdDefragOutcome.Skipped, objection), status, wasDeclined: true).ConfigureAwait(false);
            return NextMove.Next;
        }

        run.NoteApproval(step);
        if (!wasApproved && time.GetElapsedTime(asked) > FreshFor)
        {
            // Somebody thought it over, and what was seen before is old.
            return NextMove.LookAgain;
        }

        return await GoAsync(run, context, step, seen, cancellationToken).ConfigureAwait(false);
    }

    private async Task<NextMove> GoAsync(
        RunState run, GuardContext context, EtcdDefragStep step, MemberObservation seen, CancellationToken cancellationToken)
    {
        if (await TakeLockAsync(run, context, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            await run.RefuseAsync(refusal, context).ConfigureAwait(false);
            return NextMove.End;
        }

        if (step.IsLeader && run.Request.MoveLeader && context.Snapshot.VoterCount > 1)
        {
            return await MoveAsync(run, context, step, cancellationToken).ConfigureAwait(false);
        }

        var address = step.Address!;
        runLock.Avoid(address);
        var call = new DefragCall(connections.Get(address), runLock, time);
        var outcome = await call.MakeAsync(run, step, seen.Metrics, cancellationToken).ConfigureAwait(false);
        runLock.Avoid(outcome.Result.Outcome == EtcdDefragOutcome.Unknown ? address : null);
        if (outcome.Result.Outcome == EtcdDefragOutcome.NotAttempted && runLock.FindLoss() is { } loss)
        {
            await run.RefuseAsync(loss, context).ConfigureAwait(false);
            return NextMove.End;
        }

        if (outcome.Error is EtcdException { Failure: EtcdFailure.Unreachable })
        {
            // It may have been removed since the last probe, and is then no failure of anybody's.
            context = await probe.InspectAsync(run, cancellationToken).ConfigureAwait(false);
            if (run.IsRemoved(step.MemberId))
            {
                await run.SkipRemovedAsync().ConfigureAwait(false);
                return NextMove.Settle;
            }
        }

        await run.FinishAsync(outcome.Result, outcome.Status, outcome.Error).ConfigureAwait(false);
        if (DiskFull.IsReported(outcome.Error)
            && await new DiskFull(connections).NoteAsync(step, seen, mayWrite: !run.Request.NoLock, cancellationToken).ConfigureAwait(false) is { } forgotten)
        {
            await run.WarnAsync([forgotten]).ConfigureAwait(false);
        }

        if (run.IsPending && FindEnd(outcome) is { } end)
        {
            await run.RefuseAsync(end, context).ConfigureAwait(false);
            return NextMove.End;
        }

        return AfterOutcome(run, outcome.Result.Outcome);
    }

    /// <summary>What speaks against every other member too, whatever the request says about going on.</summary>
    private GuardRefusal? FindEnd(DefragCall.CallOutcome outcome) => outcome.Error switch
    {
        EtcdException refused when AccessProbe.IsAboutTheUser(refused) => Guards.Refuse("NotPermitted", refused.Message),
        { } full when DiskFull.IsReported(full) => Guards.Refuse(DiskFull.Rule, outcome.Result.Reason) with { CanBeForced = false },
        _ => runLock.FindLoss(),
    };

    /// <summary>Takes the run's lock where it is not held yet: as late as can be, so that a run which touches nothing writes nothing either.</summary>
    public async Task<GuardRefusal?> TakeLockAsync(RunState run, GuardContext context, CancellationToken cancellationToken)
    {
        if (run.Request.NoLock || runLock.IsTaken)
        {
            return null;
        }

        var (refusal, warning) = await runLock.TakeAsync(
            context.Snapshot, reason => run.WarnAsync([new RunWarning(RunLock.Rule, reason)]), cancellationToken).ConfigureAwait(false);
        if (warning is not null)
        {
            await run.WarnAsync([warning]).ConfigureAwait(false);
        }

        return refusal;
    }

    private async Task<NextMove> MoveAsync(RunState run, GuardContext context, EtcdDefragStep step, CancellationToken cancellationToken)
    {
        if (run.MovesOf(step).Count == MaxMoves)
        {
            return await FailAsync(run, step, $"Its leadership was moved {MaxMoves} times and came back each time, so it was left alone.", null).ConfigureAwait(false);
        }

        if (runLock.FindLoss() is { } loss)
        {
            await run.RefuseAsync(loss, context).ConfigureAwait(false);
            return NextMove.End;
        }

        var (newLeader, problem, error) = await _handOver.MoveAsync(run, context, step, cancellationToken).ConfigureAwait(false);
        if (newLeader is null)
        {
            return await FailAsync(run, step, $"Its leadership could not be moved ({problem}), so it was left alone.", error).ConfigureAwait(false);
        }

        run.NoteMove(step, newLeader);
        await run.EmitAsync(at => new LeaderMoved(at, step, newLeader)).ConfigureAwait(false);
        return NextMove.Settle;
    }

    /// <summary>Only force leads here: the guards want every voter to answer.</summary>
    private static async Task<NextMove> LeaveUnreachedAsync(RunState run, GuardContext context, EtcdDefragStep step)
    {
        var failure = context.Snapshot.Members.FirstOrDefault(m => m.MemberId == step.MemberId)?.Failure;
        var result = RunState.Untouched(step, EtcdDefragOutcome.NotAttempted, failure?.Message ?? "It gave no status, and was left alone.");
        await run.FinishAsync(result with { WasUnreachable = true }, error: failure).ConfigureAwait(false);
        return NextMove.Next;
    }

    private static async Task<NextMove> FailAsync(RunState run, EtcdDefragStep step, string reason, Exception? error)
    {
        await run.FinishAsync(RunState.Untouched(step, EtcdDefragOutcome.Failed, reason), error: error).ConfigureAwait(false);
        return AfterOutcome(run, EtcdDefragOutcome.Failed);
    }

    private static NextMove AfterOutcome(RunState run, EtcdDefragOutcome outcome) => outcome switch
    {
        EtcdDefragOutcome.Defragmented => NextMove.Settle,
        EtcdDefragOutcome.Failed when run.Request.ContinueOnError => NextMove.Settle,
        _ => NextMove.End,
    };

    private static IEnumerable<RunWarning> WarnOfPause(EtcdDefragStep step)
    {
        if (step.EstimatedPause > LongPause)
        {
            yield return new RunWarning(
                "LongPause", $"{step.Endpoint} will answer nobody for about {Math.Ceiling(step.EstimatedPause.TotalSeconds)} s; a liveness probe may end it before that.")
            {
                Endpoint = step.Endpoint,
            };
        }
    }
}
