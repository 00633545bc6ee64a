using EtcdDefrag.Text;
using EtcdDefrag.Usage;

namespace EtcdDefrag.Cli.Output;

/// <summary>What there is to say of a keyspace.</summary>
internal static class UsageText
{
    public static Record RecordOf(EtcdKeyspaceUsage u) => new("usage",
    [
        new("Kind", u.Kind.ToString(), "KIND"),
        new("Prefix", u.Prefix, "PREFIX"),
        new("Keys", u.Keys, "KEYS"),
        new("Bytes", u.Bytes, "BYTES") { Text = Units.Size(u.Bytes) },
        new("Versions", u.Versions, "VERSIONS"),
        new("Share", Math.Round(u.Share, 4), "SHARE") { Text = Units.Percent(u.Share) },
        new("Revision", u.Revision),
        new("Endpoint", u.Endpoint),
    ]);

    /// <summary>A line each: share, size, keys, versions, and at the end the prefix, which may be long.</summary>
    public static IEnumerable<string> LinesOf(IReadOnlyList<EtcdKeyspaceUsage> usage, bool hasBars)
    {
        var bar = hasBars ? "           " : "";
        yield return $"{bar}{"SHARE",6} {"BYTES",10} {"KEYS",9} {"VERSIONS",10}  PREFIX";
        foreach (var u in usage)
        {
            var name = u.Kind switch
            {
                EtcdKeyspaceKind.Rest => "(the rest)",
                EtcdKeyspaceKind.Key => $"{u.Prefix} (one key)",
                _ when u.Prefix.Length == 0 => "(no prefix)",
                _ => u.Prefix,
            };
            var filled = hasBars ? $"{SizeText.Bar(u.Share)} " : "";
            yield return FormattableString.Invariant($"{filled}{Units.Percent(u.Share),6} {Units.Size(u.Bytes),10} {u.Keys,9} {u.Versions,10}  {name}");
        }
    }
}
