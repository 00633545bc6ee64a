using EtcdDefrag.Execution;

namespace EtcdDefrag.Monitoring.Telling;

/// <summary>How much an event matters.</summary>
public enum EtcdMonitorLevel
{
    /// <summary>A detail on the way.</summary>
    Debug,

    /// <summary>What a monitor is there for.</summary>
    Information,

    /// <summary>Something is not as it should be, and the monitor bears it.</summary>
    Warning,

    /// <summary>Somebody should look.</summary>
    Error,
}

/// <summary>
/// Something that happened while clusters were watched, for pipelines, files and logs: flat, and one thing at a time. Sizes are bytes;
/// what an event does not speak of is null or empty.
/// </summary>
public sealed record EtcdMonitorEvent
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How much it matters.</summary>
    public required EtcdMonitorLevel Level { get; init; }

    /// <summary>What kind of event it is: a name that stays what it is.</summary>
    public required string Event { get; init; }

    /// <summary>The cluster's name; empty where it is about the monitor itself.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>It as a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The member's address.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The member's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's id in hexadecimal digits.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>Whether the member is to be defragmented.</summary>
    public bool? IsDue { get; init; }

    /// <summary>How it ended for the member.</summary>
    public EtcdDefragOutcome? Outcome { get; init; }

    /// <summary>The size of the member's file when it was judged, or before it was defragmented.</summary>
    public long? DbSizeBefore { get; init; }

    /// <summary>The live bytes in the file at that time.</summary>
    public long? DbSizeInUseBefore { get; init; }

    /// <summary>The size of the member's file afterwards.</summary>
    public long? DbSizeAfter { get; init; }

    /// <summary>What was reclaimed: of the member, or over all members at the end of a round.</summary>
    public long? BytesReclaimed { get; init; }

    /// <summary>How many members were defragmented in the round.</summary>
    public int? Defragmented { get; init; }

    /// <summary>How many members were due in the round.</summary>
    public int? Due { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>When what it announces comes: a check, the opening of a window.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Failed rounds in a row.</summary>
    public int? Failures { get; init; }

    /// <summary>Why: the numbers that decided, the guard that refused, the problem of the configuration.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The configuration's file.</summary>
    public string File { get; init; } = "";

    /// <summary>The line in the file, counted from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The message.</summary>
    public override string ToString() => Message;
}
