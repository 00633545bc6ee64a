using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Maintenance;

/// <summary>
/// Waits until every member has removed the history from its own database. Compact is answered by one member alone, and the others may
/// take minutes longer: a member that is defragmented before that keeps what the compaction was to free.
/// </summary>
internal sealed class CompactionWatch(MemberConnections connections, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Where no metrics say more: for how long the size in use must not change for the compaction to count as over.</summary>
    private static readonly TimeSpan AtRestFor = TimeSpan.FromSeconds(3);

    /// <summary>How long a cluster may show no sign of a compaction that was not answered, until it counts as not begun.</summary>
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Watches the members that gave a status just before the call, for a limited time. A call that was answered is known to have begun.
    /// Where members have to be waited for, <paramref name="onWait"/> is called once with them.
    /// </summary>
    public async Task<Finding> WatchAsync(
        ClusterSnapshot before,
        bool wasAnswered,
        TimeSpan limit,
        Func<IReadOnlyList<string>, Task> onWait,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        WatchedMember[] members =
        [
            .. before.Members.Where(m => m is { Status: not null, Address: not null })
                .Select(m => new WatchedMember(m, connections.Get(m.Address!), time)),
        ];
        var isReported = false;
        while (true)
        {
            await Task.WhenAll(members.Where(m => !m.IsOver).Select(m => m.UpdateAsync(cancellationToken))).ConfigureAwait(false);
            string[] unfinished = [.. members.Where(m => !m.IsOver).Select(m => m.Endpoint)];
            var hasBegun = wasAnswered || members.Any(m => m.IsProved);
            var waited = time.GetElapsedTime(started);
            if (unfinished.Length == 0 || waited >= limit || (!hasBegun && waited >= QuietFor))
            {
                return new Finding(hasBegun, unfinished);
            }

            if (!isReported)
            {
                isReported = true;
                await onWait(unfinished).ConfigureAwait(false);
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a compaction was made at all, and the members of which it is not proved that they are done.</summary>
    internal sealed record Finding(bool HasBegun, IReadOnlyList<string> Unfinished);

    private sealed class WatchedMember(MemberObservation before, IEtcdMember port, TimeProvider time)
    {
        // How many compactions it had finished; null where its metrics do not say so, or no longer.
        private long? _countBefore = before.Metrics?.CompactionCount;
        private long? _size;
        private long _sizeSince;

        public string Endpoint => before.Endpoint;

        public bool IsOver { get; private set; }

        /// <summary>Whether its own count says that it is over.</summary>
        public bool IsProved { get; private set; }

        /// <summary>Asks it again. No answer proves nothing.</summary>
        public Task UpdateAsync(CancellationToken cancellationToken) =>
            _countBefore is null ? CompareSizeAsync(cancellationToken) : CompareCountAsync(cancellationToken);

        private async Task CompareCountAsync(CancellationToken cancellationToken)
        {
            var now = await BoundedCall.TryAsync(port.GetMetricsAsync, AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            if (now is not null && (now.CompactionCount is null || now.ProcessStartedAt != before.Metrics?.ProcessStartedAt))
            {
                // A restarted process counts from zero, and what the one before it had begun has ended.
                _countBefore = null;
            }

            IsOver = IsProved = now?.CompactionCount > _countBefore;
        }

        private async Task CompareSizeAsync(CancellationToken cancellationToken)
        {
            var now = await BoundedCall.TryAsync(port.GetStatusAsync, AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            if (now is not null && _size != now.DbSizeInUse)
            {
                (_size, _sizeSince) = (now.DbSizeInUse, time.GetTimestamp());
            }

            IsOver = now is not null && time.GetElapsedTime(_sizeSince) >= AtRestFor;
        }
    }
}
