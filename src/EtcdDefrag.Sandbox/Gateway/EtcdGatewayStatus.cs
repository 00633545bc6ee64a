using System.Text.Json.Serialization;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>A member's Status as its JSON gateway gives it. Numbers that are zero are left out by etcd and are zero here.</summary>
public sealed record EtcdGatewayStatus
{
    /// <summary>Who answered, and how far it is.</summary>
    [JsonPropertyName("header")]
    public EtcdGatewayHeader Header { get; init; } = new();

    /// <summary>The member's version, such as 3.5.16.</summary>
    [JsonPropertyName("version")]
    public string Version { get; init; } = string.Empty;

    /// <summary>The database file's size, in bytes.</summary>
    [JsonPropertyName("dbSize")]
    public long DbSize { get; init; }

    /// <summary>The bytes of the file that hold live pages.</summary>
    [JsonPropertyName("dbSizeInUse")]
    public long DbSizeInUse { get; init; }

    /// <summary>The leader's member id; 0 when the member knows none.</summary>
    [JsonPropertyName("leader")]
    public ulong Leader { get; init; }

    /// <summary>The last raft entry committed.</summary>
    [JsonPropertyName("raftIndex")]
    public ulong RaftIndex { get; init; }

    /// <summary>The raft term.</summary>
    [JsonPropertyName("raftTerm")]
    public ulong RaftTerm { get; init; }

    /// <summary>The last raft entry applied to the database.</summary>
    [JsonPropertyName("raftAppliedIndex")]
    public ulong RaftAppliedIndex { get; init; }

    /// <summary>Whether the member is a learner.</summary>
    [JsonPropertyName("isLearner")]
    public bool IsLearner { get; init; }
}

/// <summary>The header of every answer of etcd.</summary>
public sealed record EtcdGatewayHeader
{
    /// <summary>The cluster's id.</summary>
    [JsonPropertyName("cluster_id")]
    public ulong ClusterId { get; init; }

    /// <summary>The id of the member that answered.</summary>
    [JsonPropertyName("member_id")]
    public ulong MemberId { get; init; }

    /// <summary>The revision of the key space.</summary>
    [JsonPropertyName("revision")]
    public long Revision { get; init; }
}

/// <summary>An alarm that is armed.</summary>
public sealed record EtcdGatewayAlarm
{
    /// <summary>The id of the member it is raised for.</summary>
    [JsonPropertyName("memberID")]
    public ulong MemberId { get; init; }

    /// <summary>Its name in etcd: NOSPACE or CORRUPT.</summary>
    [JsonPropertyName("alarm")]
    public string Alarm { get; init; } = string.Empty;
}
