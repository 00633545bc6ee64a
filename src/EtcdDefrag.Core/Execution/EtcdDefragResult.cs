using EtcdDefrag.Connection;

namespace EtcdDefrag.Execution;

/// <summary>How it ended for one member.</summary>
public enum EtcdDefragOutcome
{
    /// <summary>The member was defragmented, and its status proves it.</summary>
    Defragmented,

    /// <summary>The member was skipped on purpose.</summary>
    Skipped,

    /// <summary>The member refused, and nothing was changed.</summary>
    Failed,

    /// <summary>The call was made and it is not known how it ended: the member may still be defragmenting.</summary>
    Unknown,

    /// <summary>The run ended before this member's turn.</summary>
    NotAttempted,
}

/// <summary>What a run did to one member, with the proof. Sizes are bytes; null where none could be had.</summary>
public sealed record EtcdDefragResult
{
    /// <summary>The member's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>The member's id in hexadecimal digits.</summary>
    public required string MemberId { get; init; }

    /// <summary>How it ended.</summary>
    public required EtcdDefragOutcome Outcome { get; init; }

    /// <summary>Why it ended so; empty for a plain success.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What else matters: a restart during the defragmentation, a run without its lock.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The id of the member that leadership was handed to before this one's turn; empty where it was not.</summary>
    public string LeaderMovedTo { get; init; } = "";

    /// <summary>Whether the answer did not come and the outcome is what was observed afterwards.</summary>
    public bool WasObserved { get; init; }

    /// <summary>Whether it was not touched because it did not answer.</summary>
    public bool WasUnreachable { get; init; }

    /// <summary>Whether the member led the cluster when the step began.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>The size of the database file before; null where the member gave no status.</summary>
    public required long? DbSizeBefore { get; init; }

    /// <summary>The size of the database file afterwards.</summary>
    public long? DbSizeAfter { get; init; }

    /// <summary>The live bytes before; null where the member gave no status.</summary>
    public required long? DbSizeInUseBefore { get; init; }

    /// <summary>The live bytes afterwards.</summary>
    public long? DbSizeInUseAfter { get; init; }

    /// <summary>The bytes that were reclaimed; negative where the file grew meanwhile.</summary>
    public long? BytesReclaimed => DbSizeBefore - DbSizeAfter;

    /// <summary>When the call was made; null where none was.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>From the call to the answer; zero where no call was made.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address, so that the object as text still names the member.</summary>
    public override string ToString() => Endpoint;
}
