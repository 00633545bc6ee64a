using System.Collections.Frozen;

namespace EtcdDefrag.Policy.Language;

/// <summary>The names a rule may use. The spellings with underscores are read and then go by their first name.</summary>
internal static class KnownNames
{
    private static readonly NumberName DbSize = new("dbSize", isBytes: true, f => f.DbSize);
    private static readonly NumberName DbSizeInUse = new("dbSizeInUse", isBytes: true, f => f.DbSizeInUse);
    private static readonly NumberName DbSizeFree = new("dbSizeFree", isBytes: true, f => f.DbSizeFree);
    private static readonly NumberName DbQuota = new("dbQuota", isBytes: true, f => ReadQuota(f));
    private static readonly NumberName DbQuotaUsage = new("dbQuotaUsage", isBytes: false, ReadQuotaUsage);

    // In the order in which they are told to somebody who looks for a name.
    private static readonly KeyValuePair<string, RuleNode>[] All =
    [
        new("dbSize", DbSize),
        new("dbSizeInUse", DbSizeInUse),
        new("dbSizeFree", DbSizeFree),
        new("dbQuota", DbQuota),
        new("dbQuotaUsage", DbQuotaUsage),
        new("fragmentedRatio", new NumberName("fragmentedRatio", isBytes: false, f => f.FragmentedRatio)),
        new("isLeader", new BooleanName("isLeader", f => f.IsLeader)),
        new("isLearner", new BooleanName("isLearner", f => f.IsLearner)),
        new("hasNoSpaceAlarm", new BooleanName("hasNoSpaceAlarm", f => f.HasNoSpaceAlarm)),
        new("raftLag", new NumberName("raftLag", isBytes: false, f => f.RaftLag)),
        new(VersionName.Name, new VersionName()),
        new("db_total_size", DbSize),
        new("db_size", DbSize),
        new("db_size_in_use", DbSizeInUse),
        new("db_size_free", DbSizeFree),
        new("db_quota", DbQuota),
        new("db_quota_usage", DbQuotaUsage),
    ];

    private static readonly FrozenDictionary<string, RuleNode> ByName = All.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Key)];

    public static RuleNode? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What to say about a name that is none.</summary>
    public static string Refuse(string name)
    {
        var shown = name.Length <= 40 ? name : name[..40] + "...";
        var near = NearName.Find(name, Names);
        return near is null
            ? $"{shown}: no such name; known are {string.Join(", ", Names.Where(known => !known.Contains('_')))}"
            : $"{shown}: no such name; did you mean {near}?";
    }

    private static long ReadQuota(MemberFacts facts) => facts.DbQuota ?? throw new RuleEvaluationException(
        "dbQuota",
        "is not known for this member; give it with -QuotaBytes (--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy)");

    private static double ReadQuotaUsage(MemberFacts facts)
    {
        var quota = ReadQuota(facts);
        return quota != 0 ? (double)facts.DbSize / quota : throw new RuleEvaluationException(
            "dbQuotaUsage",
            "divides by zero, for dbQuota is 0 for this member; give the real quota with -QuotaBytes (--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy)");
    }
}
