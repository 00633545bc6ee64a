using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>
/// Watches a member whose answer to Defragment did not come, until it is proved what it did or the time is over. The server goes on
/// whatever its client does, so that a deadline or a broken connection says nothing about the outcome.
/// </summary>
internal sealed class DefragObservation(IEtcdMember member, EtcdDefragStep step, EtcdMemberMetrics? before, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a member that answers may show no sign of a defragmentation, until it counts as not begun. A call that was on its way
    /// when the connection broke can still begin.
    /// </summary>
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(10);

    public async Task<Finding> WatchAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var overdue = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        var last = new Finding("the member did not answer");
        long? quietSince = null;
        try
        {
            while (true)
            {
                last = await InspectAsync(either.Token).ConfigureAwait(false);
                quietSince = last.IsQuiet ? quietSince ?? time.GetTimestamp() : null;
                if (last.IsFinal || (quietSince is { } since && time.GetElapsedTime(since) >= QuietFor))
                {
                    return last;
                }

                await Task.Delay(PollInterval, time, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Finding($"{last.Seen} for {Units.Seconds(limit)}");
        }
    }

    private async Task<Finding> InspectAsync(CancellationToken cancellationToken)
    {
        var metrics = await BoundedCall.TryAsync(member.GetMetricsAsync, AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
        if (metrics is not null && DefragProof.IsRunning(before, metrics))
        {
            return new Finding("the member was still defragmenting");
        }

        var status = await BoundedCall.TryAsync(member.GetStatusAsync, AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
        return status is not null ? Judge(metrics, status) with { Status = status }
            : new Finding(metrics is null ? "the member did not answer" : "the member gave no status");
    }

    private Finding Judge(EtcdMemberMetrics? metrics, EtcdMemberStatus status)
    {
        if (status.MemberId != step.MemberId)
        {
            return new Finding($"{step.Endpoint} now answers as member {status.MemberId}") { IsFinal = true };
        }

        // Nothing but a defragmentation makes the file smaller.
        if (status.DbSize < step.DbSize || (metrics is not null && DefragProof.HasFinished(before, metrics)))
        {
            return new Finding("it was observed to its end") { IsFinal = true, IsProved = true };
        }

        return metrics is not null && DefragProof.HasRestarted(before, metrics)
            ? new Finding("the member was restarted in the middle, and its file is as large as before") { IsFinal = true }
            : new Finding("the member answers, and shows no sign that it defragmented") { IsQuiet = true };
    }

    /// <summary>What was seen, as a clause.</summary>
    internal sealed record Finding(string Seen)
    {
        public bool IsProved { get; init; }

        /// <summary>Whether nothing more can be learned.</summary>
        public bool IsFinal { get; init; }

        public bool IsQuiet { get; init; }

        public EtcdMemberStatus? Status { get; init; }
    }
}
