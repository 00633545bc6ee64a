namespace EtcdDefrag.Policy;

/// <summary>What a rule may ask about one member, at one moment.</summary>
public sealed record RuleFacts
{
    /// <summary>Size of the database file in bytes (<c>dbSize</c>).</summary>
    public long DbSize { get; init; }

    /// <summary>Bytes of the file that hold live pages (<c>dbSizeInUse</c>).</summary>
    public long DbSizeInUse { get; init; }

    /// <summary>The member's storage quota in bytes (<c>dbQuota</c>), or null where nobody could tell.</summary>
    public long? DbQuota { get; init; }

    /// <summary>Whether the member leads the cluster (<c>isLeader</c>).</summary>
    public bool IsLeader { get; init; }

    /// <summary>Whether the member is a learner, without a vote (<c>isLearner</c>).</summary>
    public bool IsLearner { get; init; }

    /// <summary>Whether the member has raised NOSPACE (<c>hasNoSpaceAlarm</c>).</summary>
    public bool HasNoSpaceAlarm { get; init; }

    /// <summary>How many raft entries the member is behind the furthest (<c>raftLag</c>).</summary>
    public ulong RaftLag { get; init; }

    /// <summary>The member's version as it gives it, such as 3.5.6 (<c>version</c>), or null where it is not known.</summary>
    public string? Version { get; init; }
}
