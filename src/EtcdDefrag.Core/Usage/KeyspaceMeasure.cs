using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Usage;

/// <summary>A measurement of a keyspace.</summary>
internal sealed record KeyspaceRequest(IReadOnlyList<EtcdEndpoint> Endpoints)
{
    public const long DefaultBytesPerSecond = 16 << 20;
    public const int DefaultDepth = 1;
    public const int DefaultFirst = 20;

    /// <summary>How many parts of a key make its prefix.</summary>
    public int Depth { get; init; } = DefaultDepth;

    /// <summary>How many prefixes are listed.</summary>
    public int First { get; init; } = DefaultFirst;

    /// <summary>How many of the largest keys are listed as well.</summary>
    public int LargestKeys { get; init; }

    /// <summary>How fast to read at most; 0 for no limit.</summary>
    public long BytesPerSecond { get; init; } = DefaultBytesPerSecond;
}

/// <summary>
/// Measures what takes the room: reads all keys once, page by page and no faster than is allowed, from a follower where there is one, and
/// without the leader (serializable). All pages are of one revision, unless that is compacted meanwhile.
/// </summary>
internal sealed class KeyspaceMeasure(MemberConnections connections, TimeProvider time)
{
    /// <summary>What a page should hold about, well below what one answer may.</summary>
    private const long PageBytes = 1 << 20;
    private const int FirstLimit = 16;
    private const int MaxLimit = 2000;

    /// <summary>Chooses the member that is read: a follower that is healthy before the leader, which has more to do.</summary>
    /// <exception cref="MaintenanceException">No member can be read.</exception>
    public async Task<MemberObservation> ChooseAsync(KeyspaceRequest request, CancellationToken cancellationToken)
    {
        var inspector = new ClusterInspector(connections, time);
        var snapshot = await inspector.InspectClusterAsync(request.Endpoints, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        return snapshot.Voters
            .Where(m => m.Address is not null && LeaderMovePlan.FindFault(m, RaftLagRecheck.DefaultLimit) is null)
            .OrderBy(m => m.Status!.IsLeader)
            .ThenByDescending(m => m.Status!.RaftAppliedIndex)
            .FirstOrDefault() ?? throw MaintenanceException.NoAnswer(snapshot);
    }

    /// <summary>Reads the keyspace. The progress are the keys that were read, and those there are about.</summary>
    /// <exception cref="EtcdException">The member cannot be read.</exception>
    public async Task<IReadOnlyList<EtcdKeyspaceUsage>> MeasureAsync(
        MemberObservation member, KeyspaceRequest request, Func<long, long, Task> onProgress, CancellationToken cancellationToken)
    {
        var port = connections.Get(member.Address!);
        var tally = new KeyspaceTally(request.Depth, request.LargestKeys);
        var started = time.GetTimestamp();
        var (from, revision, first, limit) = (new byte[] { 0 }, 0L, 0L, FirstLimit);
        while (true)
        {
            EtcdKeyPage page;
            try
            {
                page = await port.ReadPageAsync(new EtcdKeyRange(from, limit, revision), cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException tooLarge) when (limit > 1 && tooLarge.Code == EtcdStatusCode.ResourceExhausted)
            {
                limit = Math.Max(1, limit / 4);
                continue;
            }
            catch (EtcdException tooLarge) when (limit == 1 && tooLarge.Code == EtcdStatusCode.ResourceExhausted)
            {
                throw new MaintenanceException(
                    $"The value of the first key from '{KeyPrefix.Show(from)}' on is larger than one answer may be.",
                    "Read and remove it with etcdctl, or measure a snapshot.", tooLarge);
            }
            catch (EtcdException compacted) when (revision > 0 && compacted.Code == EtcdStatusCode.OutOfRange)
            {
                // Its history was compacted meanwhile: the rest is read as it is now.
                revision = 0;
                continue;
            }

            (revision, first) = (page.Revision, first == 0 ? page.Revision : first);
            var bytes = 0L;
            foreach (var fact in page.Keys)
            {
                tally.Add(fact);
                bytes += fact.Bytes;
            }

            await onProgress(tally.Total.Keys, tally.Total.Keys + page.KeysAfter).ConfigureAwait(false);
            if (page.Keys is not [.., var last] || page.KeysAfter == 0)
            {
                return tally.ToUsage(request.First, first, member.Endpoint, connections.Options);
            }

            from = [.. last.Key.Span, 0];
            limit = (int)Math.Clamp(PageBytes / Math.Max(1, bytes / page.Keys.Count), 1, Math.Min(MaxLimit, limit * 4L));
            await SlowDownAsync(tally.Total.Bytes, started, request.BytesPerSecond, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SlowDownAsync(long bytes, long started, long bytesPerSecond, CancellationToken cancellationToken)
    {
        var due = bytesPerSecond > 0 ? TimeSpan.FromSeconds((double)bytes / bytesPerSecond) : TimeSpan.Zero;
        var ahead = due - time.GetElapsedTime(started);
        if (ahead > TimeSpan.Zero)
        {
            await Task.Delay(ahead, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
