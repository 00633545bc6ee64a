using System.Globalization;
using EtcdDefrag.Usage;

namespace EtcdDefrag.Cli.Flags;

/// <summary>How a keyspace is measured.</summary>
internal static class UsageFlags
{
    public static readonly Flag<long> Depth = Number(
        "depth", KeyspaceRequest.DefaultDepth, "How many parts of a key, between slashes, make its prefix; below /registry/ 2 is resource and namespace.");

    public static readonly Flag<long> First = Number("first", KeyspaceRequest.DefaultFirst, "How many prefixes are listed.");

    public static readonly Flag<long> LargestKeys = Number("largest-keys", 0, "How many of the largest keys are listed as well.");

    public static readonly Flag<long> BytesPerSecond = Number(
        "max-bytes-per-second", KeyspaceRequest.DefaultBytesPerSecond, "How fast the member is read at most; 0 for no limit.");

    public static IReadOnlyList<Flag> All { get; } = [Depth, First, LargestKeys, BytesPerSecond];

    private static Flag<long> Number(string name, long fallback, string description) => new(name, FlagText.ReadNatural, fallback)
    {
        Description = description,
        ValueName = "number",
        Default = fallback.ToString(CultureInfo.InvariantCulture),
    };
}
