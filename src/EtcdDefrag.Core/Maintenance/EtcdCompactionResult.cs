using EtcdDefrag.Connection;

namespace EtcdDefrag.Maintenance;

/// <summary>How a compaction ended.</summary>
public enum EtcdCompactionOutcome
{
    /// <summary>The history was dropped, and every member has removed it from its database.</summary>
    Compacted,

    /// <summary>There was none to drop.</summary>
    NothingToDo,

    /// <summary>The cluster refused, and nothing was changed.</summary>
    Failed,

    /// <summary>No answer came, or not every member has removed the history in time: the cluster may still be compacting.</summary>
    Unknown,
}

/// <summary>What a compaction did.</summary>
public sealed record EtcdCompactionResult
{
    /// <summary>The address of the member that was asked; a compaction concerns the whole cluster.</summary>
    public required string Endpoint { get; init; }

    internal EtcdEndpoint? Address { get; init; }

    /// <summary>Up to which revision history is dropped; 0 where there is none to drop.</summary>
    public required long Revision { get; init; }

    /// <summary>The newest revision.</summary>
    public required long CurrentRevision { get; init; }

    /// <summary>How it ended.</summary>
    public required EtcdCompactionOutcome Outcome { get; init; }

    /// <summary>Why it ended so; empty for a plain success.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The original failure, where there was one.</summary>
    public Exception? Error { get; init; }

    /// <summary>The addresses of members that have not removed the history from their databases in time.</summary>
    internal IReadOnlyList<string> UnfinishedMembers { get; init; } = [];

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address, so that the object as text still names the member.</summary>
    public override string ToString() => Endpoint;
}
