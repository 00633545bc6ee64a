using EtcdDefrag.Connection;
using EtcdDefrag.Policy;

namespace EtcdDefrag.PowerShell.Policies;

/// <summary>
/// What a policy says to a member's numbers. Names the member where the numbers came with it, so that the cmdlets that follow in a pipeline
/// can take it. Sizes are bytes.
/// </summary>
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

    /// <summary>How the member was spoken to; null where that is not known, as of plain numbers and of objects from a job.</summary>
    public EtcdConnectionOptions? Connection { get; init; }

    internal static EtcdPolicyResult Of(MemberFacts facts, PolicyVerdict verdict) => new()
    {
        IsLeader = facts.IsLeader,
        IsMatch = verdict.IsMatch,
        Reason = verdict.Reason,
        Warning = verdict.Warning,
        DbSize = facts.DbSize,
        DbSizeInUse = facts.DbSizeInUse,
        DbQuota = facts.DbQuota == MemberFacts.NoQuota ? null : facts.DbQuota,
    };

    /// <summary>The address; where plain numbers were judged, what decided.</summary>
    public override string ToString() => Endpoint ?? Reason;
}
