using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Events;

/// <summary>How much an event matters.</summary>
public enum EtcdMonitorLevel
{
    /// <summary>A detail.</summary>
    Debug,

    /// <summary>Normal operation.</summary>
    Information,

    /// <summary>Something is wrong, and the monitor can go on.</summary>
    Warning,

    /// <summary>Somebody should look.</summary>
    Error,
}

/// <summary>
/// One event of a monitor for pipelines, files and logs: a flat record. Sizes are bytes; a property that does not apply to the event is
/// null or empty.
/// </summary>
public sealed record EtcdMonitorEvent
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How much it matters.</summary>
    public required EtcdMonitorLevel Level { get; init; }

    /// <summary>The kind of event, by a stable name.</summary>
    public required string Event { get; init; }

    /// <summary>The cluster's name; empty for an event of the monitor itself.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The event as a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The member's address.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The member's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's id in hexadecimal digits.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>Whether the member is due for defragmentation.</summary>
    public bool? IsDue { get; init; }

    /// <summary>The outcome for the member.</summary>
    public EtcdDefragOutcome? Outcome { get; init; }

    /// <summary>The size of the member's file when it was judged, or before it was defragmented.</summary>
    public long? DbSizeBefore { get; init; }

    /// <summary>The live bytes in the file at that time.</summary>
    public long? DbSizeInUseBefore { get; init; }

    /// <summary>The size of the member's file afterwards.</summary>
    public long? DbSizeAfter { get; init; }

    /// <summary>The bytes reclaimed: of the member, or of all members at the end of a round.</summary>
    public long? BytesReclaimed { get; init; }

    /// <summary>How many members were defragmented in the round.</summary>
    public int? Defragmented { get; init; }

    /// <summary>How many members were due in the round.</summary>
    public int? Due { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>When the announced check or maintenance window begins.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Failed rounds in a row.</summary>
    public int? Failures { get; init; }

    /// <summary>Why: the numbers that decided, the guard that refused, the problem in the configuration.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The configuration file.</summary>
    public string File { get; init; } = "";

    /// <summary>The line in the file, counted from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The message.</summary>
    public override string ToString() => Message;

    internal EtcdMonitorEvent Of(EtcdDefragStep step) => this with
    {
        Endpoint = step.Endpoint,
        Name = step.Name,
        MemberId = step.MemberId,
        DbSizeBefore = step.DbSize,
        DbSizeInUseBefore = step.DbSizeInUse,
    };

    internal EtcdMonitorEvent Of(EtcdDefragResult result) => this with
    {
        Endpoint = result.Endpoint,
        Name = result.Name,
        MemberId = result.MemberId,
    };
}
