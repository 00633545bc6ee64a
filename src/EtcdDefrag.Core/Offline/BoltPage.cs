using System.Buffers.Binary;

namespace EtcdDefrag.Offline;

/// <summary>
/// A page of a tree with what follows it, or one within the value of a small bucket. Every length in it is checked against its end, and
/// elements may not share bytes: else a small file could be read for ever.
/// </summary>
internal sealed class BoltPage
{
    public const int HeaderBytes = 16;

    /// <summary>The longest key that bbolt takes.</summary>
    public const int MaxKeyBytes = 32768;

    private const int ElementBytes = 16;
    private const ushort BranchFlag = 1;
    private const ushort LeafFlag = 2;

    private readonly DatabaseFile _file;
    private readonly long _elementsAt;
    private readonly long _end;
    private readonly int _count;
    private readonly string _name;
    private long _dataAt;
    private int _next;

    private BoltPage(DatabaseFile file, long at, long end, Header header, string name)
    {
        _file = file;
        _elementsAt = at + HeaderBytes;
        _end = end;
        _count = header.Count;
        _name = name;
        _dataAt = _elementsAt + ((long)_count * ElementBytes);
        IsLeaf = header.Flags == LeafFlag;
        if (header.Flags is not (BranchFlag or LeafFlag))
        {
            throw new DamagedDatabaseException($"{name} is neither a branch nor a leaf");
        }

        if (_dataAt > end || (_count == 0 && !IsLeaf))
        {
            throw new DamagedDatabaseException($"{name} cannot hold {_count} elements");
        }
    }

    public bool IsLeaf { get; }

    /// <summary>The page within a bucket's value, which is a leaf.</summary>
    public static BoltPage ReadInline(DatabaseFile file, long at, long end)
    {
        const string Name = "the page of a small bucket";
        if (end - at < HeaderBytes)
        {
            throw new DamagedDatabaseException($"{Name} is cut off");
        }

        var page = new BoltPage(file, at, end, Header.Read(file, at), Name);
        return page.IsLeaf ? page : throw new DamagedDatabaseException($"{Name} is not a leaf");
    }

    public static BoltPage Read(DatabaseFile file, ulong id, uint pageSize, Header header)
    {
        var at = (long)id * pageSize;
        return new BoltPage(file, at, at + ((header.Overflow + 1L) * pageSize), header, FormattableString.Invariant($"page {id}"));
    }

    /// <summary>The next element; null at the end. The key is read into the buffer.</summary>
    public BoltElement? ReadNext(Span<byte> keyBuffer)
    {
        if (_next == _count)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[ElementBytes];
        var at = _elementsAt + ((long)_next++ * ElementBytes);
        _file.Read(at, bytes);
        var first = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var second = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var third = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);

        // A leaf's element is flags, position, key size, value size; a branch's position, key size, page (8 bytes).
        var (position, keySize) = IsLeaf ? (second, third) : (first, second);
        long valueSize = IsLeaf ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) : 0;
        var keyAt = at + position;
        if (keySize > MaxKeyBytes || keyAt < _dataAt || keyAt + keySize + valueSize > _end)
        {
            throw new DamagedDatabaseException($"element {_next} of {_name} is not within its page");
        }

        _dataAt = keyAt + keySize + valueSize;
        _file.Read(keyAt, keyBuffer[..(int)keySize]);
        return new BoltElement(
            (int)keySize,
            ValueAt: keyAt + keySize,
            valueSize,
            IsBucket: IsLeaf && (first & 1) != 0,
            Child: IsLeaf ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
    }

    /// <summary>What a page begins with.</summary>
    internal sealed record Header(ulong Id, ushort Flags, ushort Count, uint Overflow)
    {
        public static Header Read(DatabaseFile file, long at)
        {
            Span<byte> bytes = stackalloc byte[HeaderBytes];
            file.Read(at, bytes);
            return new Header(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
        }
    }
}

/// <summary>An element of a page: a key with its value in a leaf, with a page below in a branch.</summary>
internal readonly record struct BoltElement(int KeySize, long ValueAt, long ValueSize, bool IsBucket, ulong Child);
