using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using EtcdDefrag.Text;

namespace EtcdDefrag.Offline;

/// <summary>Reads a database file once through: its hash, its revisions, what its pages hold, and whether all of it is sound.</summary>
internal sealed class SnapshotReader(DatabaseFile file, BoltMeta meta, CancellationToken cancellation)
{
    private const int RevisionBytes = 17;

    private readonly BoltTree _tree = new(file, meta, cancellation);
    private uint _crc = uint.MaxValue;
    private long _entries;
    private long _keys;
    private long _revision;
    private long _compacted;
    private long _scheduled;
    private string? _storageVersion;
    private string? _clusterVersion;

    /// <inheritdoc cref="Read(string, CancellationToken)"/>
    public static Task<EtcdSnapshotStatus> ReadAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => Read(path, cancellationToken), cancellationToken);

    /// <summary>Judges the file. A damaged one is an answer.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static EtcdSnapshotStatus Read(string path, CancellationToken cancellationToken)
    {
        using var file = DatabaseFile.Open(path);
        var (sha256, isVerified) = file.ComputeHash(cancellationToken);
        var status = new EtcdSnapshotStatus { Path = path, Bytes = file.FileLength, Sha256 = sha256, IsSha256Verified = isVerified };
        var problems = new List<string>();
        if (isVerified == false)
        {
            problems.Add("The SHA-256 at its end is not that of its content.");
        }

        if (file.EndsWithinSector)
        {
            problems.Add("Its end is missing: it has neither a whole number of sectors nor a SHA-256 behind them.");
        }

        try
        {
            status = new SnapshotReader(file, BoltMeta.Read(file), cancellationToken).Read(status);
        }
        catch (DamagedDatabaseException damage)
        {
            problems.Add($"{char.ToUpperInvariant(damage.Message[0])}{damage.Message[1..]}.");
        }

        return status with { Problems = problems };
    }

    private EtcdSnapshotStatus Read(EtcdSnapshotStatus status)
    {
        // The bucket "meta" comes after "key", which cannot be counted without it. The tree of its own looks at no page twice either.
        var preview = new BoltTree(file, meta, cancellation);
        foreach (var bucket in preview.ReadBuckets())
        {
            ReadOwnValues(preview, bucket);
        }

        foreach (var bucket in _tree.ReadBuckets())
        {
            AddToHash(bucket.Key);
            ReadBucket(bucket, bucket.Key.SequenceEqual("key"u8));
        }

        _tree.CheckFreeList();
        var isCompacting = _scheduled > _compacted;
        return status with
        {
            Hash = (~_crc).ToString("x8", CultureInfo.InvariantCulture),
            Revision = _revision,
            CompactRevision = _compacted,
            Keys = isCompacting ? null : _keys,
            Entries = _entries,
            DbSize = (long)meta.PageCount * meta.PageSize,
            DbSizeInUse = _tree.UsedPages * meta.PageSize,
            StorageVersion = _storageVersion,
            ClusterVersion = _clusterVersion,
        };
    }

    private void ReadOwnValues(BoltTree tree, BoltItem bucket)
    {
        if (bucket.Key.SequenceEqual("meta"u8))
        {
            foreach (var item in tree.ReadItems(bucket))
            {
                if (item.Key.SequenceEqual("finishedCompactRev"u8))
                {
                    _compacted = ReadRevision(ReadShort(item));
                }
                else if (item.Key.SequenceEqual("scheduledCompactRev"u8))
                {
                    _scheduled = ReadRevision(ReadShort(item));
                }
                else if (item.Key.SequenceEqual("storageVersion"u8))
                {
                    _storageVersion = ReadText(item);
                }
            }
        }
        else if (bucket.Key.SequenceEqual("cluster"u8))
        {
            foreach (var item in tree.ReadItems(bucket))
            {
                _clusterVersion = item.Key.SequenceEqual("clusterVersion"u8) ? ReadText(item) : _clusterVersion;
            }
        }
    }

    private void ReadBucket(BoltItem bucket, bool isKeys)
    {
        foreach (var item in _tree.ReadItems(bucket))
        {
            if (item.IsBucket)
            {
                throw new DamagedDatabaseException($"it has a bucket within a bucket, which etcd's databases do not");
            }

            AddToHash(item.Key);
            file.Read(item.ValueAt, item.ValueSize, AddToHash);
            _entries++;
            if (isKeys)
            {
                Count(item);
            }
        }
    }

    /// <summary>
    /// Counts the keys that are there in the end without remembering any. A compaction leaves of every key one entry up to its revision,
    /// and those after it; after it a key comes with its version 1 and goes with a tombstone.
    /// </summary>
    private void Count(BoltItem item)
    {
        _revision = ReadRevision(item.Key);
        var isTombstone = item.Key.Length > RevisionBytes;
        if (isTombstone)
        {
            _keys -= _revision > _compacted ? 1 : 0;
        }
        else if (_revision <= _compacted || StoredKeyValue.ReadVersion(file, item) == 1)
        {
            _keys++;
        }
    }

    private void AddToHash(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            _crc = BitOperations.Crc32C(_crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            _crc = BitOperations.Crc32C(_crc, value);
        }
    }

    /// <summary>The main part of a revision: 8 bytes, '_', 8 bytes, and 't' for a tombstone.</summary>
    private static long ReadRevision(ReadOnlySpan<byte> key) =>
        key.Length is RevisionBytes or RevisionBytes + 1 && key[8] == '_' && (key.Length == RevisionBytes || key[^1] == 't')
            ? BinaryPrimitives.ReadInt64BigEndian(key)
            : throw new DamagedDatabaseException($"it has an entry whose key is not a revision");

    private string ReadText(BoltItem item) => DisplayText.Value(Encoding.UTF8.GetString(ReadShort(item)));

    private byte[] ReadShort(BoltItem item)
    {
        const int MaxBytes = 64;
        var value = new byte[Math.Min(item.ValueSize, MaxBytes)];
        file.Read(item.ValueAt, value);
        return value;
    }
}
