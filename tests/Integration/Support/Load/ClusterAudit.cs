using System.Globalization;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support.Load;

/// <summary>Looks afterwards whether a cluster has kept what it was given.</summary>
internal static class ClusterAudit
{
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(60);

    /// <summary>Fails the test unless every acknowledged number is there with its value, read with a quorum's consent.</summary>
    public static async Task AssertAllThereAsync(EtcdSandbox sandbox, IReadOnlyDictionary<int, bool> acknowledged)
    {
        var leader = await sandbox.GetLeaderAsync();
        var keys = await leader.Client.RangePrefixAsync(WriteClient.Prefix, default);
        var found = keys.ToDictionary(key => key.Key.ToStringUtf8(), key => key.Value.ToStringUtf8(), StringComparer.Ordinal);
        var lost = acknowledged.Keys
            .Where(number => found.GetValueOrDefault(WriteClient.Key(number)) != number.ToString(CultureInfo.InvariantCulture))
            .Order()
            .ToArray();
        Assert.True(lost.Length == 0, $"{lost.Length} of {acknowledged.Count} acknowledged writes are lost, first {lost.FirstOrDefault()}.");
    }

    /// <summary>
    /// Fails the test unless every member that runs, learners too, has the same keys with the same history (HashKV) at one revision.
    /// Members that are still catching up are waited for.
    /// </summary>
    public static async Task AssertSameEverywhereAsync(EtcdSandbox sandbox)
    {
        var leader = await sandbox.GetLeaderAsync();
        var running = sandbox.Members.Where(member => member.IsRunning && !member.IsPaused).ToArray();

        // No key is needed for its revision: a read with a quorum's consent has the newest.
        var revision = (await leader.Client.RangeAsync(WriteClient.Prefix, default)).Header.Revision;
        var seen = "";
        await Eventually.HoldsAsync(AgreeAsync, "all members have the same keys", CatchUp);

        async Task<bool> AgreeAsync()
        {
            var hashes = await Task.WhenAll(running.Select(member => member.Client.HashKVAsync(revision, default)));
            seen = string.Join(", ", running.Zip(hashes).Select(pair =>
                string.Create(CultureInfo.InvariantCulture, $"{pair.First.Name} {pair.Second.Hash:x8} since {pair.Second.CompactRevision}")));
            var same = hashes.Select(hash => (hash.Hash, hash.CompactRevision)).Distinct().Count() == 1;
            return same ? true : throw new InvalidDataException($"At revision {revision}: {seen}.");
        }
    }
}
