using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EtcdDefrag.Unit.Offline;

/// <summary>Makes a small database page by page, as bbolt lays them out: two metas, a root, a bucket of two leaves below a branch.</summary>
internal sealed class DatabaseBuilder
{
    public const int PageSize = 4096;
    public const int RootPage = 2;
    public const int BranchPage = 3;
    public const int FirstLeaf = 4;
    public const int SecondLeaf = 5;
    private const int HeaderBytes = 16;

    private readonly byte[] _bytes = new byte[7 * PageSize];

    private DatabaseBuilder()
    {
    }

    /// <summary>Revisions 2 to 7, compacted up to 3: /a (2), /b (3, removed by 5), /c (4, again by 6), /d (7).</summary>
    public static DatabaseBuilder Create(long scheduledCompaction = 3)
    {
        var made = new DatabaseBuilder();
        made.WriteMeta(0, transaction: 9);
        made.WriteMeta(1, transaction: 8);
        made.WritePage(FirstLeaf, 2, [(Revision(2), KeyValue("/a", 1)), (Revision(3), KeyValue("/b", 4)), (Revision(4), KeyValue("/c", 1))]);
        made.WritePage(SecondLeaf, 2, [(Revision(5, 't'), KeyValue("/b", 0)), (Revision(6), KeyValue("/c", 2)), (Revision(7), KeyValue("/d", 1))]);
        made.WriteBranch(BranchPage, (Revision(2), FirstLeaf), (Revision(5, 't'), SecondLeaf));
        byte[] inlineMeta =
        [
            .. new byte[16],
            .. Page(0, 2, isBucket: false,
                [("finishedCompactRev"u8.ToArray(), Revision(3)), ("scheduledCompactRev"u8.ToArray(), Revision(scheduledCompaction)),
                 ("storageVersion"u8.ToArray(), "3.6.0"u8.ToArray())]),
        ];
        var keyBucket = new byte[16];
        keyBucket[0] = BranchPage;
        made.WritePage(RootPage, 2, [("key"u8.ToArray(), keyBucket), ("meta"u8.ToArray(), inlineMeta)], isBucket: true);
        return made;
    }

    /// <summary>The file, with or without the hash that a snapshot has at its end.</summary>
    public byte[] ToArray(bool isSnapshot = true) => isSnapshot ? [.. _bytes, .. SHA256.HashData(_bytes)] : _bytes;

    public DatabaseBuilder Change(int page, int at, byte value)
    {
        _bytes[(page * PageSize) + at] = value;
        return this;
    }

    public static int ElementAt(int index) => HeaderBytes + (index * 16);

    private static byte[] Revision(long main, params char[] mark)
    {
        var key = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(key, main);
        key[8] = (byte)'_';
        return [.. key, .. mark.Select(c => (byte)c)];
    }

    private static byte[] KeyValue(string key, byte version) =>
        [0x0A, (byte)key.Length, .. Encoding.UTF8.GetBytes(key), 0x10, 2, 0x18, 2, .. version == 0 ? [] : new byte[] { 0x20, version }];

    private static byte[] Page(byte id, byte flags, bool isBucket, (byte[] Key, byte[] Value)[] items)
    {
        var head = new byte[HeaderBytes + (items.Length * 16)];
        head[0] = id;
        head[8] = flags;
        head[10] = (byte)items.Length;
        var data = new List<byte>();
        for (var i = 0; i < items.Length; i++)
        {
            var at = ElementAt(i);
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(at), isBucket ? 1u : 0);
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(at + 4), (uint)(head.Length + data.Count - at));
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at + 8), items[i].Key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at + 12), items[i].Value.Length);
            data.AddRange(items[i].Key);
            data.AddRange(items[i].Value);
        }

        return [.. head, .. data];
    }

    private void WritePage(byte id, byte flags, (byte[] Key, byte[] Value)[] items, bool isBucket = false) =>
        Page(id, flags, isBucket, items).CopyTo(_bytes, id * PageSize);

    private void WriteBranch(byte id, params (byte[] Key, int Page)[] children)
    {
        var at = id * PageSize;
        (_bytes[at], _bytes[at + 8], _bytes[at + 10]) = (id, 1, (byte)children.Length);
        var data = at + ElementAt(children.Length);
        for (var i = 0; i < children.Length; i++)
        {
            var element = at + ElementAt(i);
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(element), data - element);
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(element + 4), children[i].Key.Length);
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(element + 8), children[i].Page);
            children[i].Key.CopyTo(_bytes, data);
            data += children[i].Key.Length;
        }
    }

    private void WriteMeta(byte id, ulong transaction)
    {
        var meta = _bytes.AsSpan((id * PageSize) + HeaderBytes, 64);
        (_bytes[id * PageSize], _bytes[(id * PageSize) + 8]) = (id, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(meta, 0xED0CDAED);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[4..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[8..], PageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[16..], RootPage);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[32..], ulong.MaxValue);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[40..], 7);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[48..], transaction);
        var hash = 14695981039346656037;
        foreach (var value in meta[..56])
        {
            hash = (hash ^ value) * 1099511628211;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(meta[56..], hash);
    }
}
