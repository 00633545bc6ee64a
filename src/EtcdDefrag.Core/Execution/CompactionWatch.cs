using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Execution;

/// <summary>
/// Waits until every member has removed the history from its own database. Compact is answered by one member alone, and the others
/// may be at it for minutes: what is defragmented meanwhile keeps what the compaction was to free.
/// </summary>
internal sealed class CompactionWatch(MemberConnections connections, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For how long a size in use that does not change counts as one that has come to rest, where no metrics say more.</summary>
    private static readonly TimeSpan AtRestFor = TimeSpan.FromSeconds(3);

    /// <summary>How long a cluster may show no sign of a compaction that was not answered before that counts as all there is to see.</summary>
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(10);

    /// <summary>Watches the members that gave a status.</summary>
    /// <param name="before">The members just before the call.</param>
    /// <param name="wasAnswered">Whether the call was answered: then there is something to wait for.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="onWait">Told once, with the members that have to be waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Finding> WatchAsync(
        ClusterSnapshot before, bool wasAnswered, TimeSpan limit, Func<IReadOnlyList<string>, Task> onWait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var members = before.Members.Where(m => m is { Status: not null, Address: not null }).Select(m => new Watched(m)).ToArray();
        var isReported = false;
        while (true)
        {
            await Task.WhenAll(members.Where(m => !m.IsOver).Select(m => InspectAsync(m, cancellationToken))).ConfigureAwait(false);
            var open = members.Where(m => !m.IsOver).Select(m => m.Endpoint).ToArray();
            var hasBegun = wasAnswered || members.Any(m => m.IsProved);
            if (open.Length == 0)
            {
                return new Finding(hasBegun, []);
            }

            var waited = time.GetElapsedTime(started);
            if (waited >= limit || (!hasBegun && waited >= QuietFor))
            {
                return new Finding(hasBegun, open);
            }

            if (!isReported)
            {
                isReported = true;
                await onWait(open).ConfigureAwait(false);
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task InspectAsync(Watched member, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var port = connections.Get(member.Address);
        try
        {
            if (member.Before is not null)
            {
                member.See(await port.GetMetricsAsync(either.Token).ConfigureAwait(false));
            }
            else
            {
                member.See(await port.GetStatusAsync(either.Token).ConfigureAwait(false), time);
            }
        }
        catch (EtcdException)
        {
            // No answer is no proof; the next look asks again.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nor is one that takes too long.
        }
    }

    /// <summary>What was seen.</summary>
    /// <param name="HasBegun">Whether a compaction was made at all.</param>
    /// <param name="Open">The members of which it is not proved that they are done.</param>
    internal sealed record Finding(bool HasBegun, IReadOnlyList<string> Open);

    private sealed class Watched(MemberObservation before)
    {
        private long? _size;
        private long _since;

        public string Endpoint => before.Endpoint;

        public EtcdEndpoint Address => before.Address!;

        /// <summary>How many compactions it had finished; null where its metrics do not say so any more.</summary>
        public long? Before { get; private set; } = before.Metrics?.CompactionCount;

        public bool IsOver { get; private set; }

        /// <summary>Whether its own count says that it is over.</summary>
        public bool IsProved { get; private set; }

        public void See(EtcdMemberMetrics now)
        {
            if (now.CompactionCount is null || now.ProcessStartedAt != before.Metrics?.ProcessStartedAt)
            {
                // A process that was started anew counts from zero, and ends what the one before it had begun.
                Before = null;
                return;
            }

            IsOver = IsProved = now.CompactionCount > Before;
        }

        public void See(EtcdMemberStatus now, TimeProvider time)
        {
            if (_size != now.DbSizeInUse)
            {
                (_size, _since) = (now.DbSizeInUse, time.GetTimestamp());
            }

            IsOver = time.GetElapsedTime(_since) >= AtRestFor;
        }
    }
}
