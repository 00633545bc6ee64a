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

    // In the order in which they are listed to users, with the words and units of docs/policy.md.
    private static readonly KnownName[] All =
    [
        new("dbSize", DbSize, "size of the file (bytes)"),
        new("dbSizeInUse", DbSizeInUse, "the part in use (bytes)"),
        new("dbSizeFree", DbSizeFree, "dbSize - dbSizeInUse (bytes)"),
        new("dbQuota", DbQuota, "the storage quota (bytes)"),
        new("dbQuotaUsage", DbQuotaUsage, "dbSize / dbQuota (ratio; 1 is full)"),
        new(
            "fragmentedRatio", new Name<double>("fragmentedRatio", m => m.FragmentedRatio),
            "dbSizeFree / dbSize; 0 for an empty file (ratio, 0 to 1)"),
        new("isLeader", new Name<bool>("isLeader", m => m.IsLeader), "the member leads its cluster (true or false)"),
        new("isLearner", new Name<bool>("isLearner", m => m.IsLearner), "the member is a learner, which has no vote (true or false)"),
        new("hasNoSpaceAlarm", new Name<bool>("hasNoSpaceAlarm", m => m.HasNoSpaceAlarm), "NOSPACE is armed (true or false)"),
        new(
            "raftLag", new Name<double>("raftLag", m => m.RaftLag),
            "how far the member is behind the furthest of those asked with it (raft entries)"),
        new("version", new Name<RuleVersion>("version", ReadVersion), "the member's version (version)"),
        new("db_total_size", DbSize, "the same as dbSize"),
        new("db_size", DbSize, "the same as dbSize"),
        new("db_size_in_use", DbSizeInUse, "the same as dbSizeInUse"),
        new("db_size_free", DbSizeFree, "the same as dbSizeFree"),
        new("db_quota", DbQuota, "the same as dbQuota"),
        new("db_quota_usage", DbQuotaUsage, "the same as dbQuotaUsage"),
    ];

    private static readonly FrozenDictionary<string, RuleNode> ByName =
        All.ToFrozenDictionary(name => name.Text, name => name.Node, StringComparer.Ordinal);

    public static IReadOnlyList<KnownName> Names => All;

    public static RuleNode? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What to say about an unknown name.</summary>
    public static string Refuse(string name)
    {
        var shown = name.Length <= 40 ? name : name[..40] + "...";
        return NearName.Find(name, [.. All.Select(known => known.Text)]) is { } near
            ? $"{shown}: no such name; did you mean {near}?"
            : $"{shown}: no such name; known are {string.Join(", ", All.Select(known => known.Text).Where(known => !known.Contains('_')))}";
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

/// <summary>A name of the rule language.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Node">What it stands for.</param>
/// <param name="Meaning">What it says of a member, and in which unit.</param>
internal sealed record KnownName(string Text, RuleNode Node, string Meaning);
