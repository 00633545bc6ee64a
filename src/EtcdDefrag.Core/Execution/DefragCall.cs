using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>The one call that changes a member, and what can be proved about how it ended.</summary>
internal sealed class DefragCall(IEtcdMember member, TimeProvider time)
{
    /// <summary>Makes the call, once. Never throws for the member's sake, and not for cancellation either: both are outcomes.</summary>
    public async Task<(EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error)> MakeAsync(
        EtcdDefragStep step, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        EtcdDefragResult Result(EtcdDefragOutcome outcome, string reason) => new()
        {
            Endpoint = step.Endpoint,
            Name = step.Name,
            MemberId = step.MemberId,
            IsLeader = step.IsLeader,
            Outcome = outcome,
            Reason = reason,
            DbSizeBefore = step.DbSize,
            DbSizeInUseBefore = step.DbSizeInUse,
            StartedAt = startedAt,
            Duration = time.GetElapsedTime(started),
            Connection = step.Connection,
        };

        try
        {
            await member.DefragmentAsync(deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return (Result(EtcdDefragOutcome.Unknown, "The run was cancelled while the member was defragmenting; it goes on by itself."), null, cancelled);
        }
        catch (EtcdException failure) when (failure.OutcomeIsOpen)
        {
            return (Result(EtcdDefragOutcome.Unknown, $"{failure.Message} The member may still be defragmenting."), null, failure);
        }
        catch (EtcdException failure)
        {
            return (Result(EtcdDefragOutcome.Failed, failure.Message), null, failure);
        }

        return await ProveAsync(Result(EtcdDefragOutcome.Defragmented, ""), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The answer to Defragment is empty: who gave it, and to what effect, only a status can tell.</summary>
    private async Task<(EtcdDefragResult Result, EtcdMemberStatus? Status, Exception? Error)> ProveAsync(
        EtcdDefragResult answered, CancellationToken cancellationToken)
    {
        try
        {
            var status = await member.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status.MemberId != answered.MemberId)
            {
                var reason = $"{answered.Endpoint} now answers as member {status.MemberId}: it is not known which member was defragmented.";
                return (answered with { Outcome = EtcdDefragOutcome.Unknown, Reason = reason }, status, null);
            }

            return (answered with { DbSizeAfter = status.DbSize, DbSizeInUseAfter = status.DbSizeInUse }, status, null);
        }
        catch (EtcdException failure)
        {
            var reason = $"The member answered that it was done, and then gave no status: {failure.Message}";
            return (answered with { Outcome = EtcdDefragOutcome.Unknown, Reason = reason }, null, failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (answered with { Reason = "The run was cancelled before the new size was read." }, null, null);
        }
    }
}
