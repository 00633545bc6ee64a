using System.Text.Json.Serialization;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>What is read of the answers that have no type of their own.</summary>
internal sealed record EtcdGatewayAnswer
{
    [JsonPropertyName("header")]
    public EtcdGatewayHeader Header { get; init; } = new();

    [JsonPropertyName("alarms")]
    public IReadOnlyList<EtcdGatewayAlarm> Alarms { get; init; } = [];

    [JsonPropertyName("token")]
    public string Token { get; init; } = string.Empty;

    [JsonPropertyName("members")]
    public IReadOnlyList<EtcdGatewayMember> Members { get; init; } = [];
}

/// <summary>One answer out of a stream.</summary>
internal sealed record EtcdGatewayStreamed<TAnswer>
{
    [JsonPropertyName("result")]
    public TAnswer? Result { get; init; }
}

/// <summary>etcd's form of an error.</summary>
internal sealed record EtcdGatewayError
{
    [JsonPropertyName("code")]
    public int Code { get; init; } = 2;

    [JsonPropertyName("message")]
    public string Message { get; init; } = "an error without a message";
}
