using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Maintenance;

/// <summary>NOSPACE alarms that are to be cleared.</summary>
/// <param name="Endpoints">Endpoints of one cluster, at least one.</param>
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
/// <param name="Snapshot">The cluster a moment ago.</param>
/// <param name="Steps">One for each member.</param>
internal sealed record DisarmPlan(ClusterSnapshot Snapshot, IReadOnlyList<DisarmStep> Steps)
{
    /// <summary>What was given and names no member of the cluster.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>What was given and names several members, with their ids.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Ambiguous { get; private init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Why no armed alarm may be cleared: etcd would raise it again with the next write. Else null.</summary>
    public string? Obstacle { get; private init; }

    /// <summary>Whether any member said which alarms are armed.</summary>
    public bool AreAlarmsKnown => Snapshot.Members.Any(m => m.Alarms is not null);

    /// <summary>Finds the members, and what is in the way. Pure.</summary>
    public static DisarmPlan Create(ClusterSnapshot snapshot, DisarmRequest request)
    {
        var armed = FindArmed(snapshot);
        var found = (request.Members ?? armed).Distinct(StringComparer.Ordinal)
            .ToDictionary(m => m, m => FindMembers(snapshot, m, request.AcceptsNames), StringComparer.Ordinal);
        string[] ids = [.. found.Values.Where(f => f.Count == 1).SelectMany(f => f).Distinct(StringComparer.Ordinal)];
        return new DisarmPlan(snapshot, [.. ids.Select(id => DisarmStep.Create(snapshot, id, armed))])
        {
            Unknown = [.. found.Where(f => f.Value.Count == 0).Select(f => f.Key)],
            Ambiguous = found.Where(f => f.Value.Count > 1).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
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
        string[] reasons =
        [
            .. snapshot.Members.Select(m => FindObstacle(m, request)).OfType<string>(),
            .. snapshot.Members.Any(m => m.Alarms is not null) ? [] : (string[])["No member said which alarms are armed."],
            .. snapshot.UnaskedMembers.Select(m => $"Member {m.MemberId} was not asked, so its size is not known."),
        ];
        return reasons.Length == 0 ? null : string.Join(' ', reasons);
    }

    private static string? FindObstacle(MemberObservation member, DisarmRequest request)
    {
        if (member.Status is null)
        {
            return $"{member.DisplayName} gave no status.";
        }

        return QuotaKnowledge.Assume(member.Status, request.QuotaBytes).DbQuotaUsage switch
        {
            null => $"The quota of {member.DisplayName} is not known.",
            { } usage when usage >= request.MaxQuotaUsage => string.Create(
                CultureInfo.InvariantCulture,
                $"{member.DisplayName} uses {usage:0.###} of its quota, and {request.MaxQuotaUsage:0.###} is the limit."),
            _ => null,
        };
    }
}

/// <summary>One member whose NOSPACE alarm is to be cleared.</summary>
/// <param name="MemberId">The member, which may have been removed from the cluster.</param>
/// <param name="Name">Its name; empty where the member list does not have it.</param>
/// <param name="Endpoint">Its address; empty where it has none.</param>
/// <param name="AskedEndpoint">The address of the member that is asked to clear it; null where no voter answered.</param>
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
