namespace EtcdDefrag.Offline;

/// <summary>What a snapshot, or a copy of the file <c>db</c> of a data directory, says of itself. No server is asked.</summary>
public sealed record EtcdSnapshotStatus
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The size of the file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Whether it is damaged or not a database of etcd's. What could not be read is null then.</summary>
    public bool IsDamaged => Problems.Count > 0;

    /// <summary>What is wrong with it; empty for a file that is whole.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>
    /// The hash over all buckets, in hexadecimal digits: what <c>etcdutl snapshot status</c> shows. Members at one revision that were
    /// compacted alike differ in it all the same, since it covers more than their keys.
    /// </summary>
    public string? Hash { get; init; }

    /// <summary>The newest revision.</summary>
    public long? Revision { get; init; }

    /// <summary>The revision up to which its history was compacted; 0 for none.</summary>
    public long? CompactRevision { get; init; }

    /// <summary>The keys that are there at the newest revision; null where a compaction was under way when the file was written.</summary>
    public long? Keys { get; init; }

    /// <summary>
    /// The entries of all buckets: every revision of every key, and etcd's own. <c>etcdutl</c> calls it "total keys" up to 3.5, and from
    /// 3.6 on so calls <see cref="Keys"/>.
    /// </summary>
    public long? Entries { get; init; }

    /// <summary>The size of the database in bytes, without a hash at the end of the file or room that was never used.</summary>
    public long? DbSize { get; init; }

    /// <summary>The bytes of its pages that hold something.</summary>
    public long? DbSizeInUse { get; init; }

    /// <summary>The bytes of its free pages, which a defragmentation gives back.</summary>
    public long? DbSizeFree => DbSize - DbSizeInUse;

    /// <summary>The SHA-256 of the database, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether it is the SHA-256 at the end of the file; null where the file has none, as a copy of <c>db</c>.</summary>
    public required bool? IsSha256Verified { get; init; }

    /// <summary>The version of the storage, for example <c>3.6.0</c>; null before etcd 3.6, which does not store it.</summary>
    public string? StorageVersion { get; init; }

    /// <summary>The version that the whole cluster ran, for example <c>3.5.0</c>; null where it is not stored.</summary>
    public string? ClusterVersion { get; init; }

    /// <summary>The file.</summary>
    public override string ToString() => Path;
}
