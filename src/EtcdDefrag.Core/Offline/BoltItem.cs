namespace EtcdDefrag.Offline;

/// <summary>A key and where its value is. One object for a whole walk: what it says holds until the next one is asked for.</summary>
internal sealed class BoltItem
{
    private byte[] _key = new byte[BoltPage.MaxKeyBytes];
    private byte[] _nextKey = new byte[BoltPage.MaxKeyBytes];
    private int _keySize = -1;

    // The key that a branch gives for what is below it: none there is smaller, else a search would not find it.
    private byte[] _least = [];

    public ReadOnlySpan<byte> Key => _key.AsSpan(0, Math.Max(0, _keySize));

    public long ValueAt { get; private set; }

    public long ValueSize { get; private set; }

    public bool IsBucket { get; private set; }

    /// <summary>Where the next key is put.</summary>
    public Span<byte> NextKey() => _nextKey;

    /// <summary>Takes the element whose key was put there.</summary>
    public void Take(BoltElement element)
    {
        var next = _nextKey.AsSpan(0, element.KeySize);
        Expect(next);
        if (next.SequenceCompareTo(_least) < 0)
        {
            throw OutOfOrder();
        }

        (_key, _nextKey, _keySize) = (_nextKey, _key, element.KeySize);
        (ValueAt, ValueSize, IsBucket) = (element.ValueAt, element.ValueSize, element.IsBucket);
    }

    /// <summary>Goes on below a branch.</summary>
    public void Descend(ReadOnlySpan<byte> branchKey)
    {
        Expect(branchKey);
        _least = branchKey.ToArray();
    }

    /// <summary>Keys ascend, over the whole tree.</summary>
    private void Expect(ReadOnlySpan<byte> next)
    {
        if (_keySize >= 0 && next.SequenceCompareTo(Key) <= 0)
        {
            throw OutOfOrder();
        }
    }

    private static DamagedDatabaseException OutOfOrder() => new($"its keys are not in order");
}
