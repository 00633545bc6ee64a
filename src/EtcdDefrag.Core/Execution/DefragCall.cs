using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>The one call that changes a member, made once, and what can be proved about how it ended.</summary>
internal sealed class DefragCall(
    IEtcdMember member, RunState run, RunLock runLock, EtcdDefragStep step, EtcdMemberMetrics? before, TimeProvider time)
{
    private static readonly TimeSpan MetricsTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes the call. Never throws for the member's sake, and not for cancellation either: both are outcomes.</summary>
    public async Task<CallOutcome> MakeAsync(CancellationToken cancellationToken)
    {
        var deadline = run.Request.DefragmentTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        await run.EmitAsync(at => new DefragmentationStarted(at, step, deadline)).ConfigureAwait(false);
        if (runLock.FindLoss() is { } loss)
        {
            // The observer took longer than the lock lives.
            return new CallOutcome(RunState.Untouched(step, EtcdDefragOutcome.NotAttempted, loss.Reason));
        }

        var result = RunState.Untouched(step, EtcdDefragOutcome.Defragmented, "") with { StartedAt = time.GetUtcNow() };
        var started = time.GetTimestamp();
        var outcome = await ClassifyAsync(result, deadline, cancellationToken).ConfigureAwait(false);
        return outcome with { Result = outcome.Result with { Duration = outcome.Took ?? time.GetElapsedTime(started) } };
    }

    private async Task<CallOutcome> ClassifyAsync(EtcdDefragResult result, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var mayHaveBegun = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await member.DefragmentAsync(deadline, () => mayHaveBegun = true, cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(started);
            return await ProveAsync(result, cancellationToken).ConfigureAwait(false) with { Took = took };
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return mayHaveBegun ? Cancelled(result, cancelled) : NotBegun(cancelled);
        }
        catch (EtcdException failure) when (failure.OutcomeIsOpen && mayHaveBegun)
        {
            return await ObserveAsync(result, failure, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure)
        {
            var reason = DiskFull.IsReported(failure) ? DiskFull.Explain(failure) : failure.Message;
            return new CallOutcome(result with { Outcome = EtcdDefragOutcome.Failed, Reason = reason }, Error: failure);
        }
    }

    private async Task<CallOutcome> ObserveAsync(EtcdDefragResult result, EtcdException failure, CancellationToken cancellationToken)
    {
        var limit = run.Request.ObservationTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        await run.EmitAsync(at => new Observing(at, step, failure, limit)).ConfigureAwait(false);
        try
        {
            var observation = new DefragObservation(member, step, before, time);
            var finding = await observation.WatchAsync(limit, cancellationToken).ConfigureAwait(false);
            var observed = result with { Reason = $"{failure.Message} Afterwards {finding.Seen}.", WasObserved = true };
            return finding.IsProved
                ? new CallOutcome(WithSizes(observed, finding.Status!), finding.Status)
                : new CallOutcome(observed with { Outcome = EtcdDefragOutcome.Unknown }, finding.Status, failure);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled(result, cancelled);
        }
    }

    /// <summary>The answer to Defragment is empty: only a status tells who gave it, and to what effect.</summary>
    private async Task<CallOutcome> ProveAsync(EtcdDefragResult result, CancellationToken cancellationToken)
    {
        var restart = FindRestartAsync(cancellationToken);
        try
        {
            var status = await member.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status.MemberId != result.MemberId)
            {
                var reason = $"{result.Endpoint} now answers as member {status.MemberId}: it is not known which member was defragmented.";
                return new CallOutcome(result with { Outcome = EtcdDefragOutcome.Unknown, Reason = reason }, status);
            }

            var warnings = await restart.ConfigureAwait(false);
            return new CallOutcome(WithSizes(result, status) with { Warnings = warnings }, status);
        }
        catch (EtcdException failure)
        {
            // Its answer is the proof; only the sizes are missing. Whether it is healthy is for the guards before the next step.
            var reason = $"The member answered that it was done, and then gave no status: {failure.Message}";
            return new CallOutcome(result with { Reason = reason });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new CallOutcome(result with { Reason = "The run was cancelled before the new size was read." });
        }
    }

    private async Task<IReadOnlyList<string>> FindRestartAsync(CancellationToken cancellationToken)
    {
        if (before?.ProcessStartedAt is null)
        {
            return [];
        }

        using var timeout = new CancellationTokenSource(MetricsTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var after = await member.GetMetricsAsync(either.Token).ConfigureAwait(false);
            return DefragProof.HasRestarted(before, after) ? ["The member was restarted while it was being defragmented."] : [];
        }
        catch (Exception unreadable) when (unreadable is EtcdException or OperationCanceledException)
        {
            return ["Whether the member was restarted meanwhile is not known: its /metrics can no longer be read."];
        }
    }

    private static EtcdDefragResult WithSizes(EtcdDefragResult result, EtcdMemberStatus status) =>
        result with { DbSizeAfter = status.DbSize, DbSizeInUseAfter = status.DbSizeInUse };

    private CallOutcome NotBegun(OperationCanceledException cancelled) => new(
        RunState.Untouched(step, EtcdDefragOutcome.NotAttempted, "The run was cancelled before the call was sent."), Error: cancelled)
    {
        Took = TimeSpan.Zero,
    };

    private static CallOutcome Cancelled(EtcdDefragResult result, OperationCanceledException cancelled)
    {
        const string Reason = "The run was cancelled while the member was defragmenting; it goes on by itself.";
        return new CallOutcome(result with { Outcome = EtcdDefragOutcome.Unknown, Reason = Reason }, Error: cancelled);
    }
}

/// <summary>How a call ended; with the member's status afterwards and the original failure, where there are such.</summary>
internal sealed record CallOutcome(EtcdDefragResult Result, EtcdMemberStatus? Status = null, Exception? Error = null)
{
    /// <summary>From the call to its answer; null where none came.</summary>
    public TimeSpan? Took { get; init; }
}
