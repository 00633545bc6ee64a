using EtcdDefrag.Execution;
using EtcdDefrag.Policy;
using EtcdDefrag.Policy.Language;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Flags;

/// <summary>What a run does: the flags of etcdctl's defrag and of etcd-defrag 0.42, and our own.</summary>
internal static class RunFlags
{
    /// <summary>
    /// How many revisions a compaction leaves by default. Kubernetes' own compaction keeps five to ten minutes; a cluster that changes
    /// 16 to 33 keys a second makes this many in that time.
    /// </summary>
    public const long DefaultRetain = 10_000;

    private static readonly DefragRequest Defaults = new() { Endpoints = [] };
    private static readonly string[] PolicyNames = [.. PolicyPresets.All.Select(p => p.Name)];

    public static readonly Flag<bool> Cluster = Switch("cluster", "Use all endpoints from the cluster's member list.");

    public static readonly Flag<string?> Rule = new("defrag-rule", FlagText.ReadText, null)
    {
        Description = "Defragment only the members that this rule matches, for example 'dbQuotaUsage > 0.8 || dbSizeFree > 200M'.",
        ValueName = "rule",
        Choices = [.. KnownNames.Names.Where(n => !n.Text.Contains('_')).Select(n => new Choice(n.Text, n.Meaning))],
        CompletesLastName = true,
    };

    public static readonly Flag<EtcdDefragPolicy?> Policy = new("policy", ReadPolicy, null)
    {
        Description = $"Defragment only the members that this policy selects: {string.Join(", ", PolicyNames)}.",
        ValueName = "name",
        Choices = [.. PolicyPresets.All.Select(p => new Choice(p.Name, PolicyJudge.Describe(p)))],
    };

    public static readonly Flag<long?> QuotaBytes = new("etcd-storage-quota-bytes", ReadQuota, null)
    {
        Description = "The storage quota of the members, for etcd that reports it neither in its status nor in its metrics.",
        ValueName = "bytes",
    };

    public static readonly Flag<bool> DryRun = Switch("dry-run", "Show what would be done, and change nothing.");

    public static readonly Flag<bool> ContinueOnError = new("continue-on-error", FlagText.ReadBool, true)
    {
        Description = "Whether to continue with the next member if one fails and the cluster is still healthy.",
        Default = "true",
    };

    public static readonly Flag<bool> MoveLeader = Switch(
        "move-leader", "Transfer leadership to another member before the leader is defragmented.");

    public static readonly Flag<TimeSpan> WaitBetweenDefrags = Duration(
        "wait-between-defrags", Defaults.Pause, "How long to wait between two members, and after a transfer of leadership.");

    public static readonly Flag<bool> NamedMembersOnly = Switch(
        "skip-healthcheck-cluster-endpoints",
        "Check only the members that --endpoints names, and assume that the others are healthy; for members that cannot be reached "
        + "from here.");

    public static readonly Flag<bool> Compaction = Switch("compaction", "Compact the history once, before the first member.");

    public static readonly Flag<long> CompactionRetain = new("compaction-retain", FlagText.ReadNatural, DefaultRetain)
    {
        Description = "How many of the newest revisions a compaction keeps, so that watchers can catch up.",
        ValueName = "revisions",
        Default = "10000",
    };

    public static readonly Flag<bool> AutoDisalarm = Switch(
        "auto-disalarm", "Clear NOSPACE alarms when every member is done and below --disalarm-threshold.");

    public static readonly Flag<double> DisalarmThreshold = new("disalarm-threshold", ReadThreshold, 0.9)
    {
        Description = "Alarms are cleared only if every member's database file is below this fraction of its quota.",
        ValueName = "ratio",
        Default = "0.9",
    };

    public static readonly Flag<string?> Snapshot = new("snapshot", FlagText.ReadText, null)
    {
        Description = "Save a snapshot to this file before anything is changed; there must be no file of that name.",
        ValueName = "file",
        FileEndings = [],
    };

    public static readonly Flag<bool> AllowSmallCluster = Switch(
        "allow-small-cluster",
        "Defragment in a cluster of one or two voters, whose users feel the pause. Unlike --force, it overrides no other guard.");

    public static readonly Flag<bool> Force = Switch(
        "force",
        "Override the guards that can be overridden: a cluster of one or two voters, an unreachable voter that the quorum can spare, "
        + "a running backup, mixed versions, hazardous versions.");

    public static readonly Flag<bool> NoLock = Switch("no-lock", "Run without the lock, a key in etcd that keeps two runs apart.");

    public static readonly Flag<long> MaxRaftLag = new("max-raft-lag", FlagText.ReadNatural, (long)Defaults.MaxRaftLag)
    {
        Description = "How many raft entries a voter may lag behind.",
        ValueName = "entries",
        Default = "1000",
    };

    public static readonly Flag<TimeSpan> SettleTimeout = Duration(
        "settle-timeout", Defaults.SettleTimeout, "How long the cluster may take to become healthy again after each member.");

    public static readonly Flag<TimeSpan?> ObservationTimeout = new("observation-timeout", FlagText.ReadTimeout, null)
    {
        Description = "How long to watch a member whose answer did not come; by default as long as its defragmentation may take.",
        ValueName = "duration",
    };

    public static readonly Flag<string?> DataDir = new("data-dir", FlagText.ReadText, null)
    {
        Description = "Not supported: stop the member and use 'etcdutl defrag --data-dir' instead.",
        ValueName = "folder",
    };

    public static readonly Flag<bool> Version = Switch("version", "Print the version.");

    public static IReadOnlyList<Flag> All { get; } =
    [
        Cluster, Rule, Policy, QuotaBytes, DryRun, ContinueOnError, MoveLeader, WaitBetweenDefrags, NamedMembersOnly, Compaction,
        CompactionRetain, AutoDisalarm, DisalarmThreshold, AllowSmallCluster, Force, NoLock, MaxRaftLag, SettleTimeout,
        ObservationTimeout, DataDir, Version,
    ];

    private static Flag<bool> Switch(string name, string description) =>
        new(name, FlagText.ReadBool, false) { Description = description };

    private static Flag<TimeSpan> Duration(string name, TimeSpan fallback, string description) =>
        new(name, FlagText.ReadDuration, fallback)
        {
            Description = description,
            ValueName = "duration",
            Default = GoDuration.Write(fallback),
        };

    private static EtcdDefragPolicy? ReadPolicy(string text) => PolicyPresets.Find(text)
        ?? throw new FormatException($"is not a policy; known are {string.Join(", ", PolicyNames)}");

    private static double ReadThreshold(string text) => FlagText.ReadNumber(text) is > 0 and < 1 and var ratio
        ? ratio
        : throw new FormatException("must be greater than 0 and less than 1.0");

    private static long? ReadQuota(string text) => FlagText.ReadWhole(text, 1, "is not a number of bytes greater than 0");
}
