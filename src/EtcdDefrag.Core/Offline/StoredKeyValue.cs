namespace EtcdDefrag.Offline;

/// <summary>What is needed of a stored key-value (etcd's message KeyValue), without reading its value.</summary>
internal static class StoredKeyValue
{
    private const int VersionField = 4;

    /// <summary>How often the key was written since it was created. A field that is not there is 0.</summary>
    /// <exception cref="DamagedDatabaseException">It is not such a message.</exception>
    public static long ReadVersion(DatabaseFile file, BoltItem item)
    {
        var end = item.ValueAt + item.ValueSize;
        for (var at = item.ValueAt; at < end;)
        {
            // Each tag is its field's number and how it is written: 0 a number, 2 a length and so many bytes.
            var tag = ReadNumber(file, ref at, end);
            var number = ReadNumber(file, ref at, end);
            switch (tag & 7)
            {
                case 0 when tag >> 3 == VersionField:
                    return (long)number;
                case 0:
                    break;
                case 2 when number <= (ulong)(end - at):
                    at += (long)number;
                    break;
                default:
                    throw NotAKeyValue();
            }
        }

        return 0;
    }

    private static ulong ReadNumber(DatabaseFile file, ref long at, long end)
    {
        Span<byte> next = stackalloc byte[1];
        ulong number = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= end)
            {
                throw NotAKeyValue();
            }

            file.Read(at++, next);
            number |= (ulong)(next[0] & 0x7F) << shift;
            if (next[0] < 0x80)
            {
                return number;
            }
        }

        throw NotAKeyValue();
    }

    private static DamagedDatabaseException NotAKeyValue() => new($"it has an entry that is not a key with its value");
}
