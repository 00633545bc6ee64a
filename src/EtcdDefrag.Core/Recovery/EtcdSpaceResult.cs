using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Usage;

namespace EtcdDefrag.Recovery;

/// <summary>How a recovery from NOSPACE ended.</summary>
public enum EtcdSpaceOutcome
{
    /// <summary>No NOSPACE alarm was armed, and no file is above its quota.</summary>
    NothingToDo,

    /// <summary>No NOSPACE alarm is armed any more, and the cluster takes writes again.</summary>
    Recovered,

    /// <summary>The data itself is too large: an alarm stays armed, since etcd would raise it again.</summary>
    StillFull,

    /// <summary>A guard refused to begin, or to go on.</summary>
    Refused,

    /// <summary>Something was tried and failed, and an alarm stays armed or a write is refused.</summary>
    Failed,

    /// <summary>What became of a member could not be proved.</summary>
    Unknown,

    /// <summary>The caller ended it. What was done stays done; started again, it goes on from there.</summary>
    Cancelled,
}

/// <summary>What a recovery from NOSPACE found, did and left.</summary>
public sealed record EtcdSpaceResult
{
    /// <summary>The addresses of the members.</summary>
    public required IReadOnlyList<string> Endpoint { get; init; }

    /// <summary>The cluster's id in hexadecimal digits; empty where no member gave a status.</summary>
    public required string ClusterId { get; init; }

    /// <summary>How it ended.</summary>
    public required EtcdSpaceOutcome Outcome { get; init; }

    /// <summary>Why; empty for a plain success.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What can be done; empty where nothing has to be.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>The members whose NOSPACE alarm was armed, by id.</summary>
    public IReadOnlyList<string> ArmedBefore { get; init; } = [];

    /// <summary>The members whose NOSPACE alarm is still armed, by id; null where that is not known.</summary>
    public IReadOnlyList<string>? ArmedAfter { get; init; }

    /// <summary>Whether the cluster takes writes: a key was written, read and removed again. Null where that was not tried.</summary>
    public bool? TakesWrites { get; init; }

    /// <summary>The largest database file of a member before, in bytes; null where no member gave a status.</summary>
    public long? DbSizeBefore { get; init; }

    /// <summary>The largest database file of a member afterwards, in bytes.</summary>
    public long? DbSizeAfter { get; init; }

    /// <summary>The smallest quota of a member, in bytes; null where none is known.</summary>
    public long? DbQuota { get; init; }

    /// <summary>The least quota with which the alarms could be cleared, where the data itself is too large; else null.</summary>
    public long? DbQuotaNeeded { get; init; }

    /// <summary>The largest prefixes, where the data itself is too large: what could go.</summary>
    public IReadOnlyList<EtcdKeyspaceUsage> Largest { get; init; } = [];

    /// <summary>Up to which revision history was to be dropped; 0 where there was none beyond what is kept.</summary>
    public long CompactRevision { get; init; }

    /// <summary>The snapshot that was saved before anything was changed; empty for none.</summary>
    public string Snapshot { get; init; } = "";

    /// <summary>What became of each member.</summary>
    public IReadOnlyList<EtcdDefragResult> Members { get; init; } = [];

    /// <summary>The bytes that all members' files gave back.</summary>
    public long BytesReclaimed => Members.Sum(m => m.BytesReclaimed ?? 0);

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How the cluster was reached.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The original failure, where there was one.</summary>
    public Exception? Error { get; init; }

    /// <summary>The addresses.</summary>
    public override string ToString() => string.Join(',', Endpoint);
}
