using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>The one call that changes a member, and what can be proved about how it ended.</summary>
internal sealed class DefragCall(IEtcdMember member, RunLock runLock, TimeProvider time)
{
    private static readonly TimeSpan MetricsWithin = TimeSpan.FromSeconds(5);

    /// <summary>Makes the call, once. Never throws for the member's sake, and not for cancellation either: both are outcomes.</summary>
    public async Task<CallOutcome> MakeAsync(RunState run, EtcdDefragStep step, EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        var deadline = run.Request.DefragmentTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        await run.EmitAsync(at => new DefragmentationStarted(at, step, deadline)).ConfigureAwait(false);
        if (runLock.FindLoss() is { } loss)
        {
            // Whoever was told of it took longer than the lock lives.
            return new CallOutcome(RunState.Untouched(step, EtcdDefragOutcome.NotAttempted, loss.Reason), null, null);
        }

        var answered = RunState.Untouched(step, EtcdDefragOutcome.Defragmented, "") with { StartedAt = time.GetUtcNow() };
        var started = time.GetTimestamp();
        var outcome = await ClassifyAsync(run, step, before, answered, deadline, cancellationToken).ConfigureAwait(false);
        return outcome with { Result = outcome.Result with { Duration = outcome.Took ?? time.GetElapsedTime(started) } };
    }

    private async Task<CallOutcome> ClassifyAsync(
        RunState run, EtcdDefragStep step, EtcdMemberMetrics? before, EtcdDefragResult answered, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var mayHaveBegun = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await member.DefragmentAsync(deadline, () => mayHaveBegun = true, cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(started);
            return await ProveAsync(answered, before, cancellationToken).ConfigureAwait(false) with { Took = took };
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return mayHaveBegun ? Cancelled(answered, cancelled) : NotBegun(step, cancelled);
        }
        catch (EtcdException failure) when (failure.OutcomeIsOpen && mayHaveBegun)
        {
            return await ObserveAsync(run, step, before, answered, failure, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure)
        {
            var reason = DiskFull.IsReported(failure) ? DiskFull.Explain(failure) : failure.Message;
            return new CallOutcome(answered with { Outcome = EtcdDefragOutcome.Failed, Reason = reason }, null, failure);
        }
    }

    private async Task<CallOutcome> ObserveAsync(
        RunState run, EtcdDefragStep step, EtcdMemberMetrics? before, EtcdDefragResult answered, EtcdException failure, CancellationToken cancellationToken)
    {
        var limit = run.Request.ObservationTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        await run.EmitAsync(at => new Observing(at, step, failure, limit)).ConfigureAwait(false);
        try
        {
            var (isProved, status, seen) = await new DefragObservation(member, time).WatchAsync(step, before, limit, cancellationToken).ConfigureAwait(false);
            var observed = answered with { Reason = $"{failure.Message} Afterwards {seen}.", WasObserved = true };
            return isProved
                ? new CallOutcome(WithSizes(observed, status!), status, null)
                : new CallOutcome(observed with { Outcome = EtcdDefragOutcome.Unknown }, status, failure);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled(answered, cancelled);
        }
    }

    /// <summary>The answer to Defragment is empty: who gave it, and to what effect, only a status can tell.</summary>
    private async Task<CallOutcome> ProveAsync(EtcdDefragResult answered, EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        try
        {
            var status = await member.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status.MemberId != answered.MemberId)
            {
                var reason = $"{answered.Endpoint} now answers as member {status.MemberId}: it is not known which member was defragmented.";
                return new CallOutcome(answered with { Outcome = EtcdDefragOutcome.Unknown, Reason = reason }, status, null);
            }

            var warnings = await FindRestartAsync(before, cancellationToken).ConfigureAwait(false);
            return new CallOutcome(WithSizes(answered, status) with { Warnings = warnings }, status, null);
        }
        catch (EtcdException failure)
        {
            // Its answer is the proof; only the sizes are missing. Whether it is well is for the guards before the next step.
            return new CallOutcome(answered with { Reason = $"The member answered that it was done, and then gave no status: {failure.Message}" }, null, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new CallOutcome(answered with { Reason = "The run was cancelled before the new size was read." }, null, null);
        }
    }

    private async Task<IReadOnlyList<string>> FindRestartAsync(EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        if (before?.ProcessStartedAt is null)
        {
            return [];
        }

        using var timeout = new CancellationTokenSource(MetricsWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var after = await member.GetMetricsAsync(either.Token).ConfigureAwait(false);
            return DefragProof.Of(before, after) == DefragEvidence.Restarted ? ["The member was restarted while it was being defragmented."] : [];
        }
        catch (Exception unreadable) when (unreadable is EtcdException or OperationCanceledException)
        {
            return ["Whether the member was restarted meanwhile is not known: its /metrics can no longer be read."];
        }
    }

    private static EtcdDefragResult WithSizes(EtcdDefragResult result, EtcdMemberStatus status) =>
        result with { DbSizeAfter = status.DbSize, DbSizeInUseAfter = status.DbSizeInUse };

    private static CallOutcome NotBegun(EtcdDefragStep step, OperationCanceledException cancelled) => new(
        RunState.Untouched(step, EtcdDefragOutcome.NotAttempted, "The run was cancelled before the call was sent."), null, cancelled)
    {
        Took = TimeSpan.Zero,
    };

    private static CallOutcome Cancelled(EtcdDefragResult answered, OperationCanceledException cancelled) => new(
        answered with
        {
            Outcome = EtcdDefragOutcome.Unknown,
            Reason = "The run was cancelled while the member was defragmenting; it goes on by itself.",
        },
        null,
        cancelled);

    /// <summary>How it ended for the member.</summary>
    /// <param name="Result">The result.</param>
    /// <param name="Status">The member's status afterwards, where it was to be had.</param>
    /// <param name="Error">The original failure, where the outcome is one.</param>
    internal sealed record CallOutcome(EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error)
    {
        /// <summary>From the call to its answer; null where none came.</summary>
        public TimeSpan? Took { get; init; }
    }
}
