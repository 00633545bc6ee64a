using System.Text;
using System.Text.Json.Serialization;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>The answer to a read.</summary>
public sealed record EtcdGatewayRange
{
    /// <summary>Who answered, and the revision at which it was read.</summary>
    [JsonPropertyName("header")]
    public EtcdGatewayHeader Header { get; init; } = new();

    /// <summary>The keys, in order.</summary>
    [JsonPropertyName("kvs")]
    public IReadOnlyList<EtcdGatewayKey> Keys { get; init; } = [];

    /// <summary>How many keys there are.</summary>
    [JsonPropertyName("count")]
    public long Count { get; init; }

    /// <summary>The first key's value; null where there is no key.</summary>
    [JsonIgnore]
    public string? Value => Keys.Count > 0 ? Keys[0].Value : null;

    /// <summary>Whether there are more keys than were asked for.</summary>
    [JsonInclude]
    [JsonPropertyName("more")]
    internal bool More { get; init; }
}

/// <summary>A key as it was read.</summary>
public sealed record EtcdGatewayKey
{
    /// <summary>The key.</summary>
    [JsonIgnore]
    public string Key => Encoding.UTF8.GetString(RawKey);

    /// <summary>Its value, as text.</summary>
    [JsonIgnore]
    public string Value => Encoding.UTF8.GetString(RawValue);

    /// <summary>The lease it lives as long as; 0 for none.</summary>
    [JsonPropertyName("lease")]
    public long LeaseId { get; init; }

    [JsonInclude]
    [JsonPropertyName("key")]
    internal byte[] RawKey { get; init; } = [];

    [JsonInclude]
    [JsonPropertyName("value")]
    internal byte[] RawValue { get; init; } = [];
}

/// <summary>A hash over the keys.</summary>
public sealed record EtcdGatewayHash
{
    /// <summary>Of whom; a member's peer address gives its revision alone.</summary>
    [JsonPropertyName("header")]
    public EtcdGatewayHeader Header { get; init; } = new();

    /// <summary>The hash.</summary>
    [JsonPropertyName("hash")]
    public uint Hash { get; init; }

    /// <summary>The revision up to which the history was compacted when it was taken; hashes compare only where this is equal.</summary>
    [JsonPropertyName("compact_revision")]
    public long CompactRevision { get; init; }
}
