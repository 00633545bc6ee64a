using System.Buffers.Binary;
using System.Collections;

namespace EtcdDefrag.Offline;

/// <summary>
/// Walks the trees of a database in the order of their keys, and notes which pages they use. A page that is used twice, does not exist or
/// lies too deep ends the walk: so every walk ends, whatever the file holds.
/// </summary>
internal sealed class BoltTree
{
    /// <summary>Far deeper than any tree is: even with two keys a page, 2^40 of them need 40 levels.</summary>
    private const int MaxDepth = 64;

    private readonly DatabaseFile _file;
    private readonly BoltMeta _meta;
    private readonly BitArray _used;
    private readonly byte[] _branchKey = new byte[BoltPage.MaxKeyBytes];
    private readonly CancellationToken _cancellation;

    public BoltTree(DatabaseFile file, BoltMeta meta, CancellationToken cancellation)
    {
        (_file, _meta, _cancellation) = (file, meta, cancellation);
        var needed = (UInt128)meta.PageCount * meta.PageSize;
        if (needed > (ulong)file.Length)
        {
            throw new DamagedDatabaseException($"it is cut off: its {meta.PageCount} pages need {needed} bytes, and it has {file.Length}");
        }

        _used = meta.PageCount is >= 2 and <= int.MaxValue
            ? new BitArray((int)meta.PageCount)
            : throw new DamagedDatabaseException($"{meta.PageCount} is not a possible number of pages");
        _used[0] = _used[1] = true;
        UsedPages = 2;
    }

    /// <summary>The pages that were seen so far.</summary>
    public long UsedPages { get; private set; }

    /// <summary>The buckets of the database.</summary>
    public IEnumerable<BoltItem> ReadBuckets() => Walk(ReadPage(_meta.Root));

    /// <summary>The items of a bucket.</summary>
    public IEnumerable<BoltItem> ReadItems(BoltItem bucket)
    {
        const int BucketBytes = 16;
        if (!bucket.IsBucket || bucket.ValueSize < BucketBytes)
        {
            throw new DamagedDatabaseException($"its root holds something else than buckets");
        }

        Span<byte> root = stackalloc byte[8];
        _file.Read(bucket.ValueAt, root);
        var page = BinaryPrimitives.ReadUInt64LittleEndian(root);
        return Walk(page == 0
            ? BoltPage.ReadInline(_file, bucket.ValueAt + BucketBytes, bucket.ValueAt + bucket.ValueSize)
            : ReadPage(page));
    }

    /// <summary>Compares the list of free pages, where one is written, with the pages that the trees use; after they were walked.</summary>
    public void CheckFreeList()
    {
        if (_meta.FreeList == BoltMeta.NoFreeList)
        {
            return;
        }

        const ushort FreeListFlag = 0x10;
        const int ManyIds = 0xFFFF;
        var header = ReadHeader(_meta.FreeList);
        var idsAt = (long)(_meta.FreeList * _meta.PageSize) + BoltPage.HeaderBytes;
        var count = header.Count == ManyIds ? ReadId(idsAt) : header.Count;
        idsAt += header.Count == ManyIds ? sizeof(ulong) : 0;
        if (header.Flags != FreeListFlag || count > _meta.PageCount)
        {
            throw new DamagedDatabaseException($"page {_meta.FreeList} is not the list of free pages that it should be");
        }

        for (ulong i = 0; i < count; i++)
        {
            var id = ReadId(idsAt + ((long)i * sizeof(ulong)));
            if (id >= _meta.PageCount || _used[(int)id])
            {
                throw new DamagedDatabaseException($"page {id} is in the list of free pages, and does not exist, is in use or is there twice");
            }

            _used[(int)id] = true;
        }

        if (UsedPages + (long)count != (long)_meta.PageCount)
        {
            throw new DamagedDatabaseException($"{(long)_meta.PageCount - UsedPages - (long)count} of its pages are neither used nor free");
        }
    }

    private ulong ReadId(long at)
    {
        Span<byte> id = stackalloc byte[sizeof(ulong)];
        _file.Read(at, id);
        return BinaryPrimitives.ReadUInt64LittleEndian(id);
    }

    private IEnumerable<BoltItem> Walk(BoltPage root)
    {
        var path = new Stack<BoltPage>([root]);
        var item = new BoltItem();
        while (path.TryPeek(out var page))
        {
            _cancellation.ThrowIfCancellationRequested();
            if (page.ReadNext(page.IsLeaf ? item.NextKey() : _branchKey) is not { } element)
            {
                path.Pop();
            }
            else if (page.IsLeaf)
            {
                item.Take(element);
                yield return item;
            }
            else if (path.Count == MaxDepth)
            {
                throw new DamagedDatabaseException($"its tree is more than {MaxDepth} levels deep");
            }
            else
            {
                item.Descend(_branchKey.AsSpan(0, element.KeySize));
                path.Push(ReadPage(element.Child));
            }
        }
    }

    private BoltPage ReadPage(ulong id) => BoltPage.Read(_file, id, _meta.PageSize, ReadHeader(id));

    /// <summary>Reads a page's head, and notes that it is used with those behind it that belong to it.</summary>
    private BoltPage.Header ReadHeader(ulong id)
    {
        if (id >= _meta.PageCount)
        {
            throw new DamagedDatabaseException($"page {id} is referred to, and there are {_meta.PageCount}");
        }

        var header = BoltPage.Header.Read(_file, (long)id * _meta.PageSize);
        if (header.Id != id || header.Overflow >= _meta.PageCount - id)
        {
            throw new DamagedDatabaseException($"where page {id} should be there is something else");
        }

        for (var page = (int)id; page <= (int)id + (int)header.Overflow; page++)
        {
            if (_used[page])
            {
                throw new DamagedDatabaseException($"page {page} is used twice");
            }

            _used[page] = true;
        }

        UsedPages += header.Overflow + 1L;
        return header;
    }
}
