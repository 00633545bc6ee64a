using System.Text;
using System.Text.Json.Serialization;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>A member as the cluster's list has it.</summary>
public sealed record EtcdGatewayMember
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public ulong Id { get; init; }

    /// <summary>Its name; empty until it has started once.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = string.Empty;

    /// <summary>Its addresses for the other members.</summary>
    [JsonPropertyName("peerURLs")]
    public IReadOnlyList<string> PeerUrls { get; init; } = [];

    /// <summary>Its addresses for clients; none until it has started once.</summary>
    [JsonPropertyName("clientURLs")]
    public IReadOnlyList<string> ClientUrls { get; init; } = [];

    /// <summary>Whether it is a learner.</summary>
    [JsonPropertyName("isLearner")]
    public bool IsLearner { get; init; }
}

/// <summary>A lease.</summary>
public sealed record EtcdGatewayLease
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>How many seconds it still lives; -1 where it lives no more.</summary>
    [JsonPropertyName("TTL")]
    public long SecondsToLive { get; init; }

    /// <summary>The keys that hang on it.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Keys => [.. RawKeys.Select(Encoding.UTF8.GetString)];

    [JsonInclude]
    [JsonPropertyName("keys")]
    internal IReadOnlyList<byte[]> RawKeys { get; init; } = [];
}
