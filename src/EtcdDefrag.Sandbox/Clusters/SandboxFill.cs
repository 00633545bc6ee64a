using System.Globalization;
using System.Security.Cryptography;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Carries out one <see cref="EtcdFill"/>.</summary>
internal sealed class SandboxFill(EtcdFill fill, string prefix, IReadOnlyList<EtcdSandboxMember> members, SandboxClock clock)
{
    // A value of this size with all that etcd and its database put around it fills four pages of 4 KiB: a deleted key then gives
    // whole pages back, whether or not its neighbour stays.
    private const int BytesPerKey = 16384;
    private const int ValueBytes = BytesPerKey - 512;
    private const int KeysPerMiB = 1024 * 1024 / BytesPerKey;

    // Base64 included, a request stays under etcd's limit of 1.5 MiB; a transaction takes 128 operations.
    private const int KeysPerPut = 48;
    private const int KeysPerDelete = 128;

    // Enough to keep the members busy while one request waits for the disk.
    private const int RequestsAtOnce = 4;

    // The database writes its batches, and counts its pages, every 100 ms; a reading that stays the same for longer is current.
    private static readonly TimeSpan WaitingForHealthy = TimeSpan.FromMilliseconds(250);

    private readonly int _keys = fill.MiB * KeysPerMiB;

    public async Task RunAsync(EtcdSandboxMember leader, CancellationToken cancellationToken)
    {
        var limits = await SetLimitsAsync(cancellationToken).ConfigureAwait(false);
        await InParallelAsync(
            Enumerable.Range(0, _keys).Chunk(KeysPerPut),
            (batch, token) => leader.Client.PutAsync(batch.Select(Entry), token),
            cancellationToken).ConfigureAwait(false);
        if (fill.DeletedPart == 0)
        {
            await Task.WhenAll(members.Select(member => WaitUntilHealthyAsync(member, cancellationToken))).ConfigureAwait(false);
            return;
        }

        await InParallelAsync(
            Enumerable.Range(0, _keys).Where(IsDeleted).Select(Key).Chunk(KeysPerDelete),
            leader.Client.DeleteAsync,
            cancellationToken).ConfigureAwait(false);
        await CompactAsync(leader, cancellationToken).ConfigureAwait(false);
        await WaitUntilFreedAsync(leader, limits, cancellationToken).ConfigureAwait(false);
    }

    private static Task InParallelAsync<TItem>(
        IEnumerable<TItem> items, Func<TItem, CancellationToken, Task> act, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken },
            async (item, token) => await act(item, token).ConfigureAwait(false));

    private string Key(int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{index:D8}");

    private KeyValuePair<string, ReadOnlyMemory<byte>> Entry(int index) => new(Key(index), RandomNumberGenerator.GetBytes(ValueBytes));

    // Spreads the deleted keys as evenly as whole keys allow.
    private bool IsDeleted(int index) => Math.Floor((index + 1) * fill.DeletedPart) > Math.Floor(index * fill.DeletedPart);

    /// <summary>
    /// What every member may have in use at the end: what it has now and what is kept, with a tenth for what etcd itself writes.
    /// </summary>
    private async Task<Dictionary<EtcdSandboxMember, long>> SetLimitsAsync(CancellationToken cancellationToken)
    {
        var kept = Enumerable.Range(0, _keys).Count(index => !IsDeleted(index));
        var allowed = (long)BytesPerKey * (kept + (_keys / 10));
        var inUse = await Task.WhenAll(members.Select(member => WaitUntilHealthyAsync(member, cancellationToken))).ConfigureAwait(false);
        return members.Zip(inUse).ToDictionary(pair => pair.First, pair => pair.Second + allowed);
    }

    /// <summary>The bytes in use once the member has caught up with its own writes.</summary>
    private async Task<long> WaitUntilHealthyAsync(EtcdSandboxMember member, CancellationToken cancellationToken)
    {
        var inUse = -1L;
        var since = clock.Time.GetTimestamp();
        await clock.WaitAsync(LookAsync, cancellationToken).ConfigureAwait(false);
        return inUse;

        async Task<string?> LookAsync(CancellationToken token)
        {
            var status = await member.Client.GetStatusAsync(token).ConfigureAwait(false);
            if (status.DbSizeInUse != inUse || status.RaftAppliedIndex < status.RaftIndex)
            {
                inUse = status.DbSizeInUse;
                since = clock.Time.GetTimestamp();
            }

            return clock.Time.GetElapsedTime(since) >= WaitingForHealthy ? null : $"{member.Name} is still writing";
        }
    }

    private async Task CompactAsync(EtcdSandboxMember leader, CancellationToken cancellationToken)
    {
        foreach (var member in members)
        {
            // etcd waits for the pages of the member asked alone, and takes every revision once: so each gets one of its own.
            var revision = await NudgeAsync(leader, cancellationToken).ConfigureAwait(false);
            var status = await member.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var asked = status.IsLearner ? leader : member;
            await asked.Client.CompactAsync(revision, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<long> NudgeAsync(EtcdSandboxMember leader, CancellationToken cancellationToken) =>
        leader.Client.PutAsync($"{prefix}end", ReadOnlyMemory<byte>.Empty, cancellationToken);

    private async Task WaitUntilFreedAsync(
        EtcdSandboxMember leader, Dictionary<EtcdSandboxMember, long> limits, CancellationToken cancellationToken)
    {
        var target = await leader.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        foreach (var member in members)
        {
            await clock.WaitAsync(LookAsync, cancellationToken).ConfigureAwait(false);

            async Task<string?> LookAsync(CancellationToken token)
            {
                // The database counts the pages it freed one write later.
                await NudgeAsync(leader, token).ConfigureAwait(false);
                var status = await member.Client.GetStatusAsync(token).ConfigureAwait(false);
                return status.RaftAppliedIndex >= target.RaftAppliedIndex && status.DbSizeInUse <= limits[member]
                    ? null
                    : $"{member.Name} still has {status.DbSizeInUse} bytes in use; after the compaction it should be {limits[member]}";
            }
        }
    }
}
