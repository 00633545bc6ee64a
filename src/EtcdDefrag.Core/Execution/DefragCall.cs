using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>The one call that changes a member, and what can be proved about how it ended.</summary>
internal sealed class DefragCall(IEtcdMember member, TimeProvider time)
{
    private static readonly TimeSpan MetricsWithin = TimeSpan.FromSeconds(5);

    /// <summary>Makes the call, once. Never throws for the member's sake, and not for cancellation either: both are outcomes.</summary>
    public async Task<Ending> MakeAsync(RunState run, EtcdDefragStep step, EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        var deadline = run.Request.DefragmentTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        await run.EmitAsync(at => new DefragmentationStarted(at, step, deadline)).ConfigureAwait(false);
        var answered = RunState.Untouched(step, EtcdDefragOutcome.Defragmented, "") with { StartedAt = time.GetUtcNow() };
        var started = time.GetTimestamp();
        var ending = await ClassifyAsync(run, step, before, answered, deadline, cancellationToken).ConfigureAwait(false);
        return ending with { Result = ending.Result with { Duration = ending.Took ?? time.GetElapsedTime(started) } };
    }

    private async Task<Ending> ClassifyAsync(
        RunState run, EtcdDefragStep step, EtcdMemberMetrics? before, EtcdDefragResult answered, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await member.DefragmentAsync(deadline, cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(started);
            return await ProveAsync(answered, before, cancellationToken).ConfigureAwait(false) with { Took = took };
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled(answered, cancelled);
        }
        catch (EtcdException failure) when (failure.OutcomeIsOpen)
        {
            return await ObserveAsync(run, step, before, answered, failure, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure)
        {
            return new Ending(answered with { Outcome = EtcdDefragOutcome.Failed, Reason = failure.Message }, null, failure);
        }
    }

    private async Task<Ending> ObserveAsync(
        RunState run, EtcdDefragStep step, EtcdMemberMetrics? before, EtcdDefragResult answered, EtcdException failure, CancellationToken cancellationToken)
    {
        var limit = run.Request.ObservationTimeout ?? DefragCost.Deadline(step.DbSizeInUse);
        await run.EmitAsync(at => new Observing(at, step, failure, limit)).ConfigureAwait(false);
        try
        {
            var (isProved, status, seen) = await new DefragObservation(member, time).WatchAsync(step, before, limit, cancellationToken).ConfigureAwait(false);
            var observed = answered with { Reason = $"{failure.Message} Afterwards {seen}.", WasObserved = true };
            return isProved
                ? new Ending(WithSizes(observed, status!), status, null)
                : new Ending(observed with { Outcome = EtcdDefragOutcome.Unknown }, status, failure);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled(answered, cancelled);
        }
    }

    /// <summary>The answer to Defragment is empty: who gave it, and to what effect, only a status can tell.</summary>
    private async Task<Ending> ProveAsync(EtcdDefragResult answered, EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        try
        {
            var status = await member.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status.MemberId != answered.MemberId)
            {
                var reason = $"{answered.Endpoint} now answers as member {status.MemberId}: it is not known which member was defragmented.";
                return new Ending(answered with { Outcome = EtcdDefragOutcome.Unknown, Reason = reason }, status, null);
            }

            var warnings = await FindRestartAsync(before, cancellationToken).ConfigureAwait(false);
            return new Ending(WithSizes(answered, status) with { Warnings = warnings }, status, null);
        }
        catch (EtcdException failure)
        {
            var reason = $"The member answered that it was done, and then gave no status: {failure.Message}";
            return new Ending(answered with { Outcome = EtcdDefragOutcome.Unknown, Reason = reason }, null, failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Ending(answered with { Reason = "The run was cancelled before the new size was read." }, null, null);
        }
    }

    private async Task<IReadOnlyList<string>> FindRestartAsync(EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        if (before?.ProcessStartedAt is null)
        {
            return [];
        }

        using var patience = new CancellationTokenSource(MetricsWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
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

    private static Ending Cancelled(EtcdDefragResult answered, OperationCanceledException cancelled) => new(
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
    internal sealed record Ending(EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error)
    {
        /// <summary>From the call to its answer; null where none came.</summary>
        public TimeSpan? Took { get; init; }
    }
}
