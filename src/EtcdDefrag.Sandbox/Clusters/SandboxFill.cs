using System.Security.Cryptography;

namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Carries out one <see cref="EtcdFill"/>.</summary>
internal sealed class SandboxFill(EtcdFill fill, string prefix, IReadOnlyList<EtcdSandboxMember> members, ConditionWait wait)
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
    private static readonly TimeSpan StableTime = TimeSpan.FromMilliseconds(250);

    private readonly int _keys = fill.MiB * KeysPerMiB;

    public async Task RunAsync(EtcdSandboxMember leader, CancellationToken cancellationToken)
    {
        // What is kept, with a tenth for what etcd itself writes.
        var deleted = Enumerable.Range(0, _keys).Where(IsDeleted).Select(Key).ToList();
        var allowed = (long)BytesPerKey * (_keys - deleted.Count + (_keys / 10));
        var inUseBefore = await WaitUntilStableAsync(cancellationToken);
        await InParallelAsync(
            Enumerable.Range(0, _keys).Chunk(KeysPerPut),
            (batch, token) => leader.Client.PutAsync(batch.Select(Entry), token),
            cancellationToken);
        if (deleted.Count == 0)
        {
            await WaitUntilStableAsync(cancellationToken);
            return;
        }

        await InParallelAsync(deleted.Chunk(KeysPerDelete), leader.Client.DeleteAsync, cancellationToken);
        await CompactAsync(leader, cancellationToken);
        var target = await leader.Client.GetStatusAsync(cancellationToken);
        foreach (var (member, before) in members.Zip(inUseBefore))
        {
            await WaitUntilFreedAsync(member, leader, target.RaftAppliedIndex, before + allowed, cancellationToken);
        }
    }

    private static Task InParallelAsync<TItem>(
        IEnumerable<TItem> items, Func<TItem, CancellationToken, Task> act, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken },
            async (item, token) => await act(item, token));

    private string Key(int index) => $"{prefix}{index:D8}";

    private KeyValuePair<string, ReadOnlyMemory<byte>> Entry(int index) => new(Key(index), RandomNumberGenerator.GetBytes(ValueBytes));

    // Spreads the deleted keys as evenly as whole keys allow.
    private bool IsDeleted(int index) => Math.Floor((index + 1) * fill.DeletedPart) > Math.Floor(index * fill.DeletedPart);

    /// <summary>The bytes in use of every member, once it has caught up with its own writes.</summary>
    private Task<long[]> WaitUntilStableAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(members.Select(member => WaitUntilStableAsync(member, cancellationToken)));

    private async Task<long> WaitUntilStableAsync(EtcdSandboxMember member, CancellationToken cancellationToken)
    {
        var inUse = -1L;
        var since = 0L;
        await wait.UntilAsync(
            async token =>
            {
                var status = await member.Client.GetStatusAsync(token);
                if (status.DbSizeInUse != inUse || status.RaftAppliedIndex < status.RaftIndex)
                {
                    inUse = status.DbSizeInUse;
                    since = TimeProvider.System.GetTimestamp();
                }

                return TimeProvider.System.GetElapsedTime(since) >= StableTime ? null : $"{member.Name} is still writing";
            },
            cancellationToken);
        return inUse;
    }

    private async Task CompactAsync(EtcdSandboxMember leader, CancellationToken cancellationToken)
    {
        foreach (var member in members)
        {
            // etcd waits for the pages of the member asked alone, and takes every revision once: so each gets one of its own.
            var revision = await WriteAsync(leader, cancellationToken);
            var status = await member.Client.GetStatusAsync(cancellationToken);
            var asked = status.IsLearner ? leader : member;
            await asked.Client.CompactAsync(revision, cancellationToken);
        }
    }

    private Task<long> WriteAsync(EtcdSandboxMember leader, CancellationToken cancellationToken) =>
        leader.Client.PutAsync($"{prefix}end", ReadOnlyMemory<byte>.Empty, cancellationToken);

    private Task WaitUntilFreedAsync(
        EtcdSandboxMember member, EtcdSandboxMember leader, ulong appliedIndex, long limit, CancellationToken cancellationToken) =>
        wait.UntilAsync(
            async token =>
            {
                // The database counts the pages it freed one write later.
                await WriteAsync(leader, token);
                var status = await member.Client.GetStatusAsync(token);
                return status.RaftAppliedIndex >= appliedIndex && status.DbSizeInUse <= limit
                    ? null
                    : $"{member.Name} still has {status.DbSizeInUse} bytes in use; after the compaction it should be {limit}";
            },
            cancellationToken);
}
