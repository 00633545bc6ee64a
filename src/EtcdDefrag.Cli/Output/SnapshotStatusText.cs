using System.Globalization;
using EtcdDefrag.Offline;
using EtcdDefrag.Text;
using static System.FormattableString;

namespace EtcdDefrag.Cli.Output;

/// <summary>What there is to say of a database file.</summary>
internal static class SnapshotStatusText
{
    public static Record RecordOf(EtcdSnapshotStatus s) => new("snapshotStatus",
    [
        new("Path", s.Path),
        new("IsDamaged", s.IsDamaged, "DAMAGED"),
        new("Hash", s.Hash, "HASH"),
        new("Revision", s.Revision, "REVISION"),
        new("CompactRevision", s.CompactRevision),
        new("Keys", s.Keys, "KEYS"),
        new("Entries", s.Entries, "ENTRIES"),
        new("DBSize", s.DbSize, "DB SIZE") { Text = Units.Mebibytes(s.DbSize) },
        new("DBSizeInUse", s.DbSizeInUse, "IN USE") { Text = Units.Mebibytes(s.DbSizeInUse) },
        new("DBSizeFree", s.DbSizeFree),
        new("Bytes", s.Bytes),
        new("Sha256", s.Sha256),
        new("IsSha256Verified", s.IsSha256Verified, "SHA-256 VERIFIED"),
        new("StorageVersion", s.StorageVersion, "STORAGE VERSION"),
        new("ClusterVersion", s.ClusterVersion),
        new("Problems", s.Problems.ToArray()),
    ]);

    public static IEnumerable<string> LinesOf(EtcdSnapshotStatus s)
    {
        yield return $"{DisplayText.Value(s.Path)}: {(s.IsDamaged ? "damaged" : "whole")}";
        if (s.Hash is not null)
        {
            var keys = s.Keys?.ToString(CultureInfo.InvariantCulture) ?? "unknown number of";
            yield return Invariant($"  hash {s.Hash}, revision {s.Revision} (compacted up to {s.CompactRevision}), {keys} keys, {s.Entries} entries");
            yield return $"  {Units.Mebibytes(s.DbSize)}, of which {Units.Mebibytes(s.DbSizeInUse)} are in use";
        }

        var verified = s.IsSha256Verified switch
        {
            true => "as written at its end",
            false => "another one is written at its end",
            null => "none is written at its end to compare it with",
        };
        yield return $"  SHA-256 {s.Sha256}, {verified}";
        if ((s.StorageVersion ?? s.ClusterVersion) is { } version)
        {
            yield return $"  {(s.StorageVersion is null ? "cluster" : "storage")} version {version}";
        }
    }
}
