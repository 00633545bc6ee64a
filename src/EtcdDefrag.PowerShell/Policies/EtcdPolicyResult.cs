using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>A policy's verdict on a member's numbers, and the member where the numbers name it, to pipe on. Sizes are bytes.</summary>
public sealed record EtcdPolicyResult
{
    /// <summary>The member's address; null where plain numbers were judged.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The member's name; empty where it is not known.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's id in hexadecimal digits; empty where it is not known.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>The cluster's id in hexadecimal digits; empty where it is not known.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Whether the member leads its cluster.</summary>
    public bool IsLeader { get; init; }

    /// <summary>Whether a defragmentation is worth its pause.</summary>
    public required bool IsMatch { get; init; }

    /// <summary>The numbers that decided.</summary>
    public required string Reason { get; init; }

    /// <summary>What a defragmentation cannot help against; null where there is nothing of the kind.</summary>
    public string? Warning { get; init; }

    /// <summary>The size of the database file.</summary>
    public required long DbSize { get; init; }

    /// <summary>The live bytes in it.</summary>
    public required long DbSizeInUse { get; init; }

    /// <summary>The quota that <see cref="DbSize"/> is held against; null where it is not known.</summary>
    public long? DbQuota { get; init; }

    /// <summary>How to connect to the member; null where that is not known, as of plain numbers and of objects from a job.</summary>
    public EtcdConnectionOptions? Connection { get; init; }

    /// <summary>The address; where plain numbers were judged, what decided.</summary>
    public override string ToString() => Endpoint ?? Reason;
}
