using System.Text;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Usage;

/// <summary>
/// Adds keys up by prefix, in bounded memory: where there are more prefixes than are kept, the smaller half goes into the rest. Keys come
/// in their order, so a prefix is complete before the next one begins, as a rule.
/// </summary>
internal sealed class KeyspaceTally(int depth, int largestKeys, int maxPrefixes = KeyspaceTally.MaxPrefixes)
{
    private const int MaxPrefixes = 10_000;
    private readonly Dictionary<string, Sum> _prefixes = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Key, Sum Sum), long> _largest = new();
    private readonly Sum _rest = new();

    public Sum Total { get; } = new();

    public void Add(EtcdKeyFact fact)
    {
        var prefix = Encoding.Latin1.GetString(fact.Key.Span[..KeyPrefix.Measure(fact.Key.Span, depth)]);
        if (!_prefixes.TryGetValue(prefix, out var sum))
        {
            if (_prefixes.Count == maxPrefixes)
            {
                LeaveOut([.. _prefixes.OrderBy(p => p.Value.Bytes).Take((maxPrefixes + 1) / 2)]);
            }

            _prefixes[prefix] = sum = new Sum();
        }

        sum.Add(1, fact.Bytes, fact.Version);
        Total.Add(1, fact.Bytes, fact.Version);
        if (largestKeys > 0 && (_largest.Count < largestKeys || _largest.Peek().Sum.Bytes < fact.Bytes))
        {
            var own = new Sum();
            own.Add(1, fact.Bytes, fact.Version);
            _largest.Enqueue((KeyPrefix.Show(fact.Key.Span), own), fact.Bytes);
            if (_largest.Count > largestKeys)
            {
                _largest.Dequeue();
            }
        }
    }

    /// <summary>The largest prefixes, the rest if anything is left out, and the largest keys; each the largest first.</summary>
    public IReadOnlyList<EtcdKeyspaceUsage> ToUsage(int first, long revision, string endpoint, EtcdConnectionOptions connection)
    {
        var ordered = _prefixes.OrderByDescending(p => p.Value.Bytes).ThenBy(p => p.Key, StringComparer.Ordinal).ToArray();
        LeaveOut(ordered[Math.Min(first, ordered.Length)..]);
        return
        [
            .. ordered.Take(first).Select(p => Make(EtcdKeyspaceKind.Prefix, KeyPrefix.Show(Encoding.Latin1.GetBytes(p.Key)), p.Value)),
            .. _rest.Keys > 0 ? [Make(EtcdKeyspaceKind.Rest, "", _rest)] : Array.Empty<EtcdKeyspaceUsage>(),
            .. _largest.UnorderedItems.OrderByDescending(i => i.Priority).Select(i => Make(EtcdKeyspaceKind.Key, i.Element.Key, i.Element.Sum)),
        ];

        EtcdKeyspaceUsage Make(EtcdKeyspaceKind kind, string prefix, Sum sum) => new()
        {
            Kind = kind,
            Prefix = prefix,
            Keys = sum.Keys,
            Bytes = sum.Bytes,
            Versions = sum.Versions,
            Share = Total.Bytes > 0 ? (double)sum.Bytes / Total.Bytes : 0,
            Revision = revision,
            Endpoint = endpoint,
            Connection = connection,
        };
    }

    private void LeaveOut(IEnumerable<KeyValuePair<string, Sum>> left)
    {
        foreach (var (prefix, sum) in left)
        {
            _rest.Add(sum.Keys, sum.Bytes, sum.Versions);
            _prefixes.Remove(prefix);
        }
    }

    /// <summary>Keys, their bytes, and how often they were written.</summary>
    internal sealed class Sum
    {
        public long Keys { get; private set; }

        public long Bytes { get; private set; }

        public long Versions { get; private set; }

        public void Add(long keys, long bytes, long versions) => (Keys, Bytes, Versions) = (Keys + keys, Bytes + bytes, Versions + versions);
    }
}
