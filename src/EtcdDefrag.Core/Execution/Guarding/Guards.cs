using EtcdDefrag.Connection;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Execution.Guarding;

/// <summary>The guards, in the order in which they are asked: the first to refuse gives the reason.</summary>
internal static class Guards
{
    private const string UseForce = "Use -Force (--force) to override.";

    public static IReadOnlyList<Guard> All { get; } =
    [
        new("NotPermitted", context => Join(context.AccessProblems),
            "Connect as a user with etcd's root role, or with a client certificate whose common name is such a user."),
        new("CorruptAlarm", FindCorruptAlarm,
            "Find out which member's data is damaged and replace that member; see etcd's guide to data corruption."),
        new("NotTheMember", context => Join(context.IdentityProblems),
            "Name each member by an address that leads to it alone, as it advertises itself; see 'etcdctl member list'."),
        new("DefragInFlight", FindDefragmentation,
            "Wait until it has ended; a second call would queue behind it and do everything again."),
        new("VoterUnreachable", FindUnhealthyVoter,
            $"Bring every member back first: without it, the pause of another could cost the cluster its quorum. {UseForce}")
        {
            CanBeForced = true, MayPass = true, FindCauseRemedy = FindRemedy,
        },
        new("NoSingleLeader", FindDisagreement, "Wait for the election to end and look at the network between the members.")
        {
            MayPass = true,
            FindCauseRemedy = c => HealthJudge.AreSeveralClusters(c.Snapshot) ? "Name the endpoints of one cluster at a time." : null,
        },
        new("QuorumAtRisk", FindQuorumAtRisk,
            "Bring the other members back first: with one more out of service the cluster would stop.") { MayPass = true },
        new("RaftLag", FindLag,
            "Wait until the member is up to date; one that is brought up to date by a snapshot must not be defragmented meanwhile.")
        {
            MayPass = true,
        },
        new("SnapshotInProgress", FindSnapshot,
            $"Wait until the backup has ended: the defragmentation would wait for it with every lock held. {UseForce}")
        {
            CanBeForced = true,
        },
        new("DiskFull", context => Join(context.DiskProblems),
            $"Make room on the member's disk and restart the member, which removes what is left over; then run again. {UseForce}")
        {
            CanBeForced = true,
        },
        new("VersionHazard", VersionHazards.FindBlocking, $"Upgrade etcd first. {UseForce}") { CanBeForced = true },
        new("MixedVersions", FindMixedVersions, $"Finish the upgrade or downgrade first. {UseForce}") { CanBeForced = true },
        new("SmallCluster", FindSmallCluster,
            "If its users can bear the pause, allow it with -AllowSmallCluster (--allow-small-cluster).") { CanBeForced = true },
    ];

    /// <summary>What an inspection does not show, but happens in a run.</summary>
    public static IReadOnlyList<Guard> InRun { get; } =
    [
        new("CompactionInProgress", _ => null, $"Run again when it is over; see the members' logs. {UseForce}") { CanBeForced = true },
    ];

    /// <summary>Asks every guard; the first refusal counts. With force, those that allow it give a warning instead.</summary>
    public static GuardVerdict Ask(GuardContext context, bool force)
    {
        var forced = new List<RunWarning>();
        foreach (var guard in All)
        {
            if (guard.Check(context) is not { } reason)
            {
                continue;
            }

            if (!force || !guard.CanBeForced)
            {
                return new GuardVerdict(guard.Refuse(reason, guard.FindCauseRemedy(context)), forced) { Context = context };
            }

            forced.Add(Override(guard.Name, reason));
        }

        return new GuardVerdict(null, forced) { Context = context };
    }

    /// <summary>A guard's refusal for something that was seen elsewhere than in an inspection.</summary>
    public static GuardRefusal Refuse(string name, string reason) => All.Concat(InRun).First(g => g.Name == name).Refuse(reason);

    /// <summary>The warning where a guard is overridden.</summary>
    public static RunWarning Override(string name, string reason) =>
        new(name, $"Overridden by -Force (--force): {reason}") { Topic = "Forced" };

    private static string? FindCorruptAlarm(GuardContext context)
    {
        var corrupt = context.Snapshot.Alarms.Where(a => a.AlarmType == EtcdAlarmType.Corrupt).Select(a => a.MemberId).Distinct().ToArray();
        return corrupt.Length == 0 ? null : $"The CORRUPT alarm is armed for member {string.Join(", ", corrupt)}.";
    }

    private static string? FindDefragmentation(GuardContext context) => Join(context.Snapshot.Members
        .Where(m => m.Metrics is { IsDefragmenting: true })
        .Select(m => $"{m.DisplayName} is being defragmented already."));

    private static string? FindUnhealthyVoter(GuardContext context) =>
        context.Snapshot.MemberList is null && context.Snapshot.Statuses.Any()
        ? $"No member that answered gave the member list, so the members' health is not known: {ExplainNoList(context.Snapshot)}"
        : Join(context.Health.Members.Where(m => m is { IsHealthy: false, IsLearner: false }).Select(HealthJudge.Complain));

    private static string ExplainNoList(ClusterSnapshot snapshot) => Join(snapshot.Members
        .Where(m => m is { Status.IsLearner: false, MemberListFailure: not null })
        .Select(m => m.MemberListFailure!.Message)) ?? "a learner gives none.";

    /// <summary>Force leads to nobody where nobody answers.</summary>
    private static string? FindRemedy(GuardContext context) => context.Snapshot.FindRemedy() switch
    {
        null => null,
        FailureRemedy.CheckAddress => FailureRemedy.CheckAddress,
        var remedy => $"{remedy} {UseForce}",
    };

    private static string? FindDisagreement(GuardContext context)
    {
        var terms = context.Snapshot.Statuses.Select(s => s.RaftTerm).Distinct().Order().ToArray();
        var reasons = HealthJudge.FindDisagreements(context.Snapshot).ToList();
        if (reasons.Count == 0 && terms.Length > 1)
        {
            reasons.Add($"The members are in different raft terms ({string.Join(", ", terms)}): an election is under way.");
        }

        return Join(reasons);
    }

    private static string? FindQuorumAtRisk(GuardContext context)
    {
        var health = context.Health;
        return IsSmall(context) || health.HealthyVoterCount - 1 >= health.Quorum
            ? null
            : $"Only {health.HealthyVoterCount} of {health.VoterCount} voters are healthy; "
                + $"with one of them out of service fewer than the quorum of {health.Quorum} would answer.";
    }

    private static string? FindLag(GuardContext context) => Join(context.Snapshot.Voters
        .Where(m => m.Status?.RaftLag > context.MaxRaftLag)
        .Select(m => $"{m.DisplayName} is {m.Status!.RaftLag} raft entries behind, more than {context.MaxRaftLag}."));

    private static string? FindSnapshot(GuardContext context) => Join(context.Pending
        .Where(m => m.Metrics is { OpenSnapshotCount: > 0 })
        .Select(m => $"A snapshot is being read from {m.DisplayName}."));

    private static string? FindMixedVersions(GuardContext context)
    {
        var versions = context.Snapshot.Statuses.Select(s => s.Version).Distinct().Order(StringComparer.Ordinal).ToArray();
        return versions.Length > 1 ? $"The members run different versions ({string.Join(", ", versions)}): an upgrade is under way."
            : context.Snapshot.Statuses.Any(s => s.IsDowngrading) ? "A downgrade of the cluster is under way."
            : null;
    }

    private static string? FindSmallCluster(GuardContext context) => context.Snapshot.VoterCount switch
    {
        _ when context.PendingIds.Count == 0 || context.AllowsSmallCluster => null,
        1 => "The cluster has one voter: it does not respond while that is being defragmented.",
        2 => "The cluster has two voters and needs both: it takes no writes while one of them is being defragmented.",
        _ => null,
    };

    private static bool IsSmall(GuardContext context) => context.Snapshot.VoterCount < 3;

    private static string? Join(IEnumerable<string> reasons)
    {
        var text = string.Join(' ', reasons);
        return text.Length == 0 ? null : text;
    }
}
