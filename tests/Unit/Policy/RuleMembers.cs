using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

/// <summary>The members the rules of the tests are asked about.</summary>
internal static class RuleMembers
{
    private const long MiB = 1024 * 1024;

    /// <summary>Ten times as large as what it holds, a fifth of its quota.</summary>
    public static readonly MemberFacts Fragmented = new()
    {
        DbSize = 744 * MiB,
        DbSizeInUse = 76 * MiB,
        DbQuota = 4096 * MiB,
        IsLeader = true,
        RaftLag = 3,
        Version = "3.5.9",
    };

    /// <summary>Nearly at its quota, and nothing to win.</summary>
    public static readonly MemberFacts Full = new()
    {
        DbSize = 2000 * MiB,
        DbSizeInUse = 1990 * MiB,
        DbQuota = 2048 * MiB,
        HasNoSpaceAlarm = true,
        Version = "3.6.0-rc.1",
    };

    /// <summary>A learner that has nothing yet, and tells nothing.</summary>
    public static readonly MemberFacts Blank = new() { IsLearner = true, RaftLag = 12_000 };

    public static MemberFacts Sized(long quota, long size, long inUse) => new() { DbQuota = quota, DbSize = size, DbSizeInUse = inUse };
}
