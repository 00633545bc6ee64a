using EtcdDefrag.Model;

namespace EtcdDefrag.Policy;

/// <summary>What a policy and its rule judge a member by, at one moment. Sizes are bytes.</summary>
internal sealed record MemberFacts
{
    /// <summary><see cref="DbQuota"/> of a member that has no quota: no file fills any part of it.</summary>
    public const long NoQuota = long.MaxValue;

    public long DbSize { get; init; }

    public long DbSizeInUse { get; init; }

    public long DbSizeFree => DbSize - DbSizeInUse;

    /// <summary>0 for an empty file: it has nothing to reclaim, which is an answer and not a division by zero.</summary>
    public double FragmentedRatio => DbSize > 0 ? (double)DbSizeFree / DbSize : 0;

    /// <summary>Null where the quota is not known.</summary>
    public long? DbQuota { get; init; }

    /// <summary>Null where the quota is not known.</summary>
    public double? DbQuotaUsage => DbQuota switch { NoQuota => 0, > 0 and var quota => (double)DbSize / quota, _ => null };

    public bool IsLeader { get; init; }

    public bool IsLearner { get; init; }

    /// <summary>Whether NOSPACE is armed for this member.</summary>
    public bool HasNoSpaceAlarm { get; init; }

    /// <summary>Whether NOSPACE is armed for any member: then none takes writes.</summary>
    public bool IsNoSpaceArmed { get; init; }

    /// <summary>How many raft entries the member is behind the furthest member.</summary>
    public ulong RaftLag { get; init; }

    /// <summary>Null where the version is not known.</summary>
    public string? Version { get; init; }

    /// <summary>The time since the member's last defragmentation; null where that is not known.</summary>
    public TimeSpan? SinceLastRun { get; init; }

    public static MemberFacts Of(EtcdMemberStatus status) => new()
    {
        DbSize = status.DbSize,
        DbSizeInUse = status.DbSizeInUse,
        DbQuota = status.DbQuotaSource == EtcdQuotaSource.None ? NoQuota : status.DbQuota,
        IsLeader = status.IsLeader,
        IsLearner = status.IsLearner,
        HasNoSpaceAlarm = status.Alarms.Contains(EtcdAlarmType.NoSpace),
        IsNoSpaceArmed = status.Alarms.Contains(EtcdAlarmType.NoSpace),
        RaftLag = status.RaftLag,
        Version = status.Version,
    };
}
