using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Maintenance;

/// <summary>NOSPACE alarms that are to be cleared.</summary>
internal sealed record DisarmRequest(IReadOnlyList<EtcdEndpoint> Endpoints)
{
    public const double DefaultMaxQuotaUsage = 0.9;

    /// <summary>The members whose alarms are meant, by id or name; null for every member whose alarm is armed.</summary>
    public IReadOnlyCollection<string>? Members { get; init; }

    /// <summary>Whether <see cref="Members"/> may be names: of several clusters, each may have a member of one name.</summary>
    public bool AcceptsNames { get; init; } = true;

    /// <summary>Below which part of its quota every member's file has to be, above 0 and below 1.</summary>
    public double MaxQuotaUsage { get; init; } = DefaultMaxQuotaUsage;

    /// <summary>The quota as given by the user, in bytes; it counts where no member says it.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>Whether to clear alarms that etcd may raise again with the next write.</summary>
    public bool Force { get; init; }
}

/// <summary>Whose NOSPACE alarms would be cleared, and what is in the way.</summary>
internal sealed record DisarmPlan(ClusterSnapshot Snapshot, IReadOnlyList<DisarmStep> Steps)
{
    /// <summary>What was given and does not name one member: it names none, or several.</summary>
    public IReadOnlyList<UnresolvedMember> Unresolved { get; private init; } = [];

    /// <summary>Why no armed alarm may be cleared: etcd would raise it again with the next write. Else null.</summary>
    public string? Obstacle { get; private init; }

    /// <summary>Whether any member said which alarms are armed.</summary>
    public bool AreAlarmsKnown => Snapshot.Members.Any(m => m.Alarms is not null);

    /// <summary>Finds the members, and what is in the way. Pure.</summary>
    public static DisarmPlan Create(ClusterSnapshot snapshot, DisarmRequest request)
    {
        var armed = FindArmed(snapshot);
        var found = (request.Members ?? armed).Distinct(StringComparer.Ordinal)
            .Select(text => new UnresolvedMember(text, FindMembers(snapshot, text, request.AcceptsNames)))
            .ToLookup(f => f.MemberIds.Count == 1);
        var ids = found[true].SelectMany(f => f.MemberIds).Distinct(StringComparer.Ordinal);
        return new DisarmPlan(snapshot, [.. ids.Select(id => DisarmStep.Create(snapshot, id, armed))])
        {
            Unresolved = [.. found[false]],
            Obstacle = request.Force ? null : FindObstacle(snapshot, request),
        };
    }

    /// <summary>The members whose NOSPACE alarm is armed, as any member says.</summary>
    public static IReadOnlyList<string> FindArmed(ClusterSnapshot snapshot) =>
        [.. snapshot.Alarms.Where(a => a.AlarmType == EtcdAlarmType.NoSpace).Select(a => a.MemberId).Distinct()];

    /// <summary>
    /// The ids of the members that a text names, by id (hexadecimal or decimal) or by name. A member that was removed while its alarm
    /// was armed is in no list any more, and its alarm still keeps the cluster from writing.
    /// </summary>
    public static IReadOnlyList<string> FindMembers(ClusterSnapshot snapshot, string text, bool byName)
    {
        var listed = (snapshot.MemberList ?? []).Where(
            m => MemberIdText.Names(text, m.MemberId) || (byName && m.Name.Length > 0 && m.Name == text));
        var armed = FindArmed(snapshot).Where(id => MemberIdText.Names(text, id));
        return [.. listed.Select(m => m.MemberId).Concat(armed).Distinct(StringComparer.Ordinal)];
    }

    private static string? FindObstacle(ClusterSnapshot snapshot, DisarmRequest request)
    {
        string?[] reasons =
        [
            .. snapshot.Members.Select(m => FindObstacle(m, request)),
            snapshot.Members.Any(m => m.Alarms is not null) ? null : "No member said which alarms are armed.",
            .. snapshot.UnaskedMembers.Select(m => $"Member {m.MemberId} was not asked, so its size is not known."),
        ];
        return string.Join(' ', reasons.OfType<string>()) is { Length: > 0 } obstacle ? obstacle : null;
    }

    private static string? FindObstacle(MemberObservation member, DisarmRequest request)
    {
        var usage = member.Status is { } status ? QuotaKnowledge.Assume(status, request.QuotaBytes).DbQuotaUsage : null;
        return usage is null ? $"The {(member.Status is null ? "status" : "quota")} of {member.DisplayName} is not known."
            : usage < request.MaxQuotaUsage ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{member.DisplayName} uses {usage:0.###} of its quota, and {request.MaxQuotaUsage:0.###} is the limit.");
    }
}

/// <summary>A text, and the members that it names.</summary>
internal sealed record UnresolvedMember(string Text, IReadOnlyList<string> MemberIds);

/// <summary>
/// One member whose NOSPACE alarm is to be cleared. Without name and address where it is no longer in the member list. The member that is
/// asked may be another one; none where no voter answered.
/// </summary>
internal sealed record DisarmStep(string MemberId, string Name, string Endpoint, EtcdEndpoint? AskedEndpoint)
{
    /// <summary>Whether the alarm is armed, or may be: where no member said which alarms are.</summary>
    public bool IsArmed { get; private init; }

    /// <summary>What to warn of; null where there is nothing.</summary>
    public string? Warning { get; private init; }

    public string DisplayName => Name.Length == 0 ? MemberId : $"{Name} ({MemberId})";

    public static DisarmStep Create(ClusterSnapshot snapshot, string memberId, IReadOnlyList<string> armed)
    {
        var listed = snapshot.MemberList?.FirstOrDefault(m => m.MemberId == memberId);
        var own = snapshot.Members.FirstOrDefault(m => m.MemberId == memberId)?.Endpoint;
        var advertised = listed?.ClientUrls is [var url, ..] ? url : "";
        var voters = snapshot.Voters.Where(v => v.Status is not null).ToArray();
        var asked = Array.Find(voters, v => v.MemberId == memberId) ?? voters.FirstOrDefault();
        var step = new DisarmStep(memberId, listed?.Name ?? "", own ?? advertised, asked?.Address);
        var isCorrupt = snapshot.Alarms.Any(a => a.MemberId == memberId && a.AlarmType == EtcdAlarmType.Corrupt);
        return step with
        {
            IsArmed = armed.Contains(memberId) || snapshot.Members.All(m => m.Alarms is null),
            Warning = isCorrupt ? $"The CORRUPT alarm of {step.DisplayName} stays armed: its data has to be checked." : null,
        };
    }
}
