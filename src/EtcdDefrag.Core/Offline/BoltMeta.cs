using System.Buffers.Binary;
using System.Numerics;

namespace EtcdDefrag.Offline;

/// <summary>What one of a database's first two pages says of the whole (bbolt's format 2). Of two, the newer one that is whole counts.</summary>
internal sealed record BoltMeta(uint PageSize, ulong Root, ulong FreeList, ulong PageCount, ulong TransactionId)
{
    /// <summary>Where a list of free pages would be, if one were written. etcd writes none, since it is found by reading the tree.</summary>
    public const ulong NoFreeList = ulong.MaxValue;

    private const uint Magic = 0xED0CDAED;
    private const uint Version = 2;
    private const int MetaBytes = 64;
    private const int ChecksumAt = 56;
    private const uint MinPageSize = 512;
    private const uint MaxPageSize = 64 * 1024;

    /// <exception cref="DamagedDatabaseException">Neither page is whole.</exception>
    public static BoltMeta Read(DatabaseFile file)
    {
        // The second page is where the page size says, which the first may no longer tell.
        var first = TryRead(file, 0);
        var metas = new List<BoltMeta>();
        for (var size = MinPageSize; size <= MaxPageSize; size *= 2)
        {
            if ((first is null || first.PageSize == size) && TryRead(file, size) is { } second && second.PageSize == size)
            {
                metas.Add(second);
            }
        }

        return metas.Prepend(first).OfType<BoltMeta>().MaxBy(m => m.TransactionId) ?? throw new DamagedDatabaseException(
            $"neither of the two pages that a database begins with is whole: it is not a database of etcd's, or its beginning is lost");
    }

    private static BoltMeta? TryRead(DatabaseFile file, long pageAt)
    {
        if (pageAt + BoltPage.HeaderBytes + MetaBytes > file.Length)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[MetaBytes];
        file.Read(pageAt + BoltPage.HeaderBytes, bytes);
        var pageSize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Version
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumAt..]) == Checksum(bytes[..ChecksumAt])
            && pageSize is >= MinPageSize and <= MaxPageSize && BitOperations.IsPow2(pageSize)
                ? new BoltMeta(
                    pageSize,
                    Root: BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
                    FreeList: BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
                    PageCount: BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
                    TransactionId: BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]))
                : null;
    }

    /// <summary>FNV-1a of 64 bits.</summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }
}
