using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution;

/// <summary>
/// Watches a member whose answer to Defragment did not come, until it is proved what became of it or the time is over. The server
/// goes on whatever its client does, so that a deadline or a broken connection says nothing about the outcome.
/// </summary>
internal sealed class DefragObservation(IEtcdMember member, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a member that answers may show no sign of a defragmentation before that counts as all there is to see. A call that
    /// was on its way when the connection broke can still begin.
    /// </summary>
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(10);

    /// <summary>Whether it is proved that the defragmentation ran to its end; the status afterwards; and what was seen.</summary>
    public async Task<(bool IsProved, EtcdMemberStatus? Status, string Seen)> WatchAsync(
        EtcdDefragStep step, EtcdMemberMetrics? before, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var overdue = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        var seen = "the member did not answer";
        long? quietSince = null;
        try
        {
            while (true)
            {
                var look = await InspectAsync(step, before, either.Token).ConfigureAwait(false);
                seen = look.Seen;
                if (look.IsFinal)
                {
                    return (look.IsProved, look.Status, seen);
                }

                quietSince = look.IsQuiet ? quietSince ?? time.GetTimestamp() : null;
                if (quietSince is { } since && time.GetElapsedTime(since) >= QuietFor)
                {
                    return (false, look.Status, seen);
                }

                await Task.Delay(PollInterval, time, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, null, $"{seen} for {Units.Seconds(limit)}");
        }
    }

    private async Task<Look> InspectAsync(EtcdDefragStep step, EtcdMemberMetrics? before, CancellationToken cancellationToken)
    {
        var metrics = await TryAsync(member.GetMetricsAsync, cancellationToken).ConfigureAwait(false);
        var evidence = metrics is null ? DefragEvidence.None : DefragProof.Of(before, metrics);
        if (evidence == DefragEvidence.Running)
        {
            return new Look("the member was still defragmenting");
        }

        if (await TryAsync(member.GetStatusAsync, cancellationToken).ConfigureAwait(false) is not { } status)
        {
            return new Look(metrics is null ? "the member did not answer" : "the member gave no status");
        }

        if (status.MemberId != step.MemberId)
        {
            return new Look($"{step.Endpoint} now answers as member {status.MemberId}") { IsFinal = true, Status = status };
        }

        return Judge(evidence, DefragProof.HasShrunk(step.DbSize, status)) with { Status = status };
    }

    private static Look Judge(DefragEvidence evidence, bool hasShrunk) => (evidence, hasShrunk) switch
    {
        (DefragEvidence.Finished, _) or (_, true) => new Look("it was observed to its end") { IsFinal = true, IsProved = true },
        (DefragEvidence.Restarted, _) => new Look("the member was restarted in the middle, and its file is as large as before") { IsFinal = true },
        _ => new Look("the member answers, and shows no sign that it defragmented") { IsQuiet = true },
    };

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            // No answer is what is being watched here; the loop asks again.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed record Look(string Seen)
    {
        public bool IsFinal { get; init; }

        public bool IsProved { get; init; }

        public bool IsQuiet { get; init; }

        public EtcdMemberStatus? Status { get; init; }
    }
}
