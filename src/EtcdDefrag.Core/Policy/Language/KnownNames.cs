using System.Collections.Frozen;
using EtcdDefrag.Text;

namespace EtcdDefrag.Policy.Language;

/// <summary>The names that a rule may use. Spellings with underscores are the original's, and are printed as the first name.</summary>
internal static class KnownNames
{
    private const string GiveQuota = "-QuotaBytes (--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy)";

    private static readonly Name<double> DbSize = new("dbSize", m => m.DbSize, isBytes: true);
    private static readonly Name<double> DbSizeInUse = new("dbSizeInUse", m => m.DbSizeInUse, isBytes: true);
    private static readonly Name<double> DbSizeFree = new("dbSizeFree", m => m.DbSizeFree, isBytes: true);
    private static readonly Name<double> DbQuota = new("dbQuota", m => ReadQuota(m), isBytes: true);
    private static readonly Name<double> DbQuotaUsage = new("dbQuotaUsage", ReadQuotaUsage);

    // In the order in which they are listed to users.
    private static readonly KeyValuePair<string, RuleNode>[] All =
    [
        new("dbSize", DbSize),
        new("dbSizeInUse", DbSizeInUse),
        new("dbSizeFree", DbSizeFree),
        new("dbQuota", DbQuota),
        new("dbQuotaUsage", DbQuotaUsage),
        new("fragmentedRatio", new Name<double>("fragmentedRatio", m => m.FragmentedRatio)),
        new("isLeader", new Name<bool>("isLeader", m => m.IsLeader)),
        new("isLearner", new Name<bool>("isLearner", m => m.IsLearner)),
        new("hasNoSpaceAlarm", new Name<bool>("hasNoSpaceAlarm", m => m.HasNoSpaceAlarm)),
        new("raftLag", new Name<double>("raftLag", m => m.RaftLag)),
        new("version", new Name<RuleVersion>("version", ReadVersion)),
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

    /// <summary>What to say about an unknown name.</summary>
    public static string Refuse(string name)
    {
        var shown = name.Length <= 40 ? name : name[..40] + "...";
        return NearName.Find(name, Names) is { } near
            ? $"{shown}: no such name; did you mean {near}?"
            : $"{shown}: no such name; known are {string.Join(", ", Names.Where(known => !known.Contains('_')))}";
    }

    private static long ReadQuota(MemberFacts member) =>
        member.DbQuota ?? throw new RuleEvaluationException("dbQuota", $"is not known for this member; give it with {GiveQuota}");

    private static double ReadQuotaUsage(MemberFacts member) =>
        ReadQuota(member) is not 0 and var quota ? (double)member.DbSize / quota : throw new RuleEvaluationException(
            "dbQuotaUsage", $"divides by zero, since dbQuota is 0 for this member; give the real quota with {GiveQuota}");

    private static RuleVersion ReadVersion(MemberFacts member) => member.Version is null
        ? throw new RuleEvaluationException("version", "is not known for this member; leave it out of the rule")
        : RuleVersion.TryParse(member.Version, out var version) ? version
        : throw new RuleEvaluationException(
            "version", $"of this member, '{member.Version}', is not of the form 3.5.6; leave it out of the rule");
}
