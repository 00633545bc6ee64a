using EtcdDefrag.Connection;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>
/// Carries a defragmentation out: one member at a time, the leader last, looking at the whole cluster again before every step.
/// Calls Defragment at most once a member, and never for the next one while the outcome of the one before is open.
/// </summary>
public sealed class DefragRunner
{
    private readonly MemberConnections _connections;
    private readonly ClusterInspector _inspector;
    private readonly TimeProvider _time;

    /// <summary>Prepares runs; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    /// <param name="time">The clock.</param>
    public DefragRunner(MemberConnections connections, TimeProvider time)
    {
        _connections = connections;
        _time = time;
        _inspector = new ClusterInspector(connections, time);
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
        var run = new RunState(request, observer, _time);
        try
        {
            await RunStepsAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is left is handed out below, as after any other end.
        }

        await run.AbandonAsync(cancellationToken.IsCancellationRequested
            ? "The run was cancelled before this member's turn."
            : "The run had ended before this member's turn.").ConfigureAwait(false);
        return run.Report(cancellationToken);
    }

    private async Task RunStepsAsync(RunState run, CancellationToken cancellationToken)
    {
        var snapshot = await LookAsync(run, cancellationToken).ConfigureAwait(false);
        await run.EmitAsync(new ClusterInspected(_time.GetUtcNow(), snapshot, HealthJudge.Judge(snapshot))).ConfigureAwait(false);
        run.Begin(snapshot);

        var goesOn = true;
        while (goesOn)
        {
            var context = new GuardContext(snapshot, HealthJudge.Judge(snapshot));
            if (Guards.FindRefusal(context) is { } refusal)
            {
                await run.RefuseAsync(refusal, context).ConfigureAwait(false);
                return;
            }

            var plan = run.Plan(snapshot);
            await run.AnnounceAsync(plan).ConfigureAwait(false);
            goesOn = plan is [var next, ..] && await TakeStepAsync(run, snapshot, next, cancellationToken).ConfigureAwait(false);
            if (goesOn && run.IsPending)
            {
                // The leader may have changed meanwhile: what is left is planned anew from what the members say now.
                snapshot = await LookAsync(run, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<ClusterSnapshot> LookAsync(RunState run, CancellationToken cancellationToken) =>
        _inspector.InspectClusterAsync(run.Request.Endpoints, InspectionScope.Health, cancellationToken);

    /// <summary>Whether the run may go on afterwards.</summary>
    private async Task<bool> TakeStepAsync(RunState run, ClusterSnapshot snapshot, EtcdDefragStep step, CancellationToken cancellationToken)
    {
        if (step.Action == EtcdDefragAction.Skip)
        {
            await run.FinishAsync(RunState.Untouched(step, EtcdDefragOutcome.Skipped, step.Reason), null, null).ConfigureAwait(false);
            return true;
        }

        var status = snapshot.Statuses.First(s => s.MemberId == step.MemberId);
        await run.EmitAsync(new StepStarting(_time.GetUtcNow(), step, status)).ConfigureAwait(false);
        if (!await run.Observer.ApproveAsync(step, cancellationToken).ConfigureAwait(false))
        {
            await run.FinishAsync(RunState.Untouched(step, EtcdDefragOutcome.Skipped, "It was not confirmed."), status, null).ConfigureAwait(false);
            return true;
        }

        var outcome = await DefragmentAsync(run, step, cancellationToken).ConfigureAwait(false);
        return outcome is EtcdDefragOutcome.Defragmented || (outcome is EtcdDefragOutcome.Failed && run.Request.ContinueOnError);
    }

    private async Task<EtcdDefragOutcome> DefragmentAsync(RunState run, EtcdDefragStep step, CancellationToken cancellationToken)
    {
        var deadline = run.Request.DefragmentTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        var call = new DefragCall(_connections.Get(EtcdEndpoint.Parse(step.Endpoint)), _time);
        await run.EmitAsync(new DefragmentationStarted(_time.GetUtcNow(), step, deadline)).ConfigureAwait(false);
        var (result, status, error) = await call.MakeAsync(step, deadline, cancellationToken).ConfigureAwait(false);
        await run.FinishAsync(result, status, error).ConfigureAwait(false);
        return result.Outcome;
    }
}
