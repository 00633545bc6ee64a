using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Health;

/// <summary>
/// Judges a snapshot of <see cref="InspectionScope.Health"/>: each member as <c>etcdctl endpoint health</c> does (a linearizable read, then
/// the alarms), and whether the members agree with each other. Pure: the same snapshot always gives the same result.
/// </summary>
internal static class HealthJudge
{
    public static EtcdClusterHealth Judge(ClusterSnapshot snapshot)
    {
        var connection = snapshot.Statuses.FirstOrDefault()?.Connection ?? new();
        var members = snapshot.Members.Select(m => JudgeMember(m) with { Connection = connection }).ToArray();
        return new EtcdClusterHealth
        {
            ClusterId = FindClusters(snapshot) is [var only] ? only : "",
            LeaderId = snapshot.LeaderId ?? "",
            VoterCount = snapshot.VoterCount,
            HealthyVoterCount =
                members.Count(m => m is { IsHealthy: true, IsLearner: false }) + snapshot.UnaskedMembers.Count(m => !m.IsLearner),
            Quorum = snapshot.Quorum,
            Reasons = [.. members.Where(m => !m.IsHealthy).Select(Complain), .. FindDisagreements(snapshot)],
            Members = members,
            Connection = connection,
        };
    }

    /// <summary>What is wrong with an unhealthy member, as a sentence that names it.</summary>
    public static string Complain(EtcdMemberHealth member)
    {
        var name = member.Endpoint.Length > 0 ? member.Endpoint : $"Member {(member.Name.Length > 0 ? member.Name : member.MemberId)}";
        return member.Reason.StartsWith(name, StringComparison.Ordinal) ? member.Reason : $"{name} is unhealthy: {member.Reason}";
    }

    /// <summary>Whether the endpoints belong to members of several clusters.</summary>
    public static bool AreSeveralClusters(ClusterSnapshot snapshot) => FindClusters(snapshot).Length > 1;

    /// <summary>In what the members that answered contradict each other.</summary>
    public static IEnumerable<string> FindDisagreements(ClusterSnapshot snapshot)
    {
        if (AreSeveralClusters(snapshot))
        {
            yield return $"The endpoints belong to different clusters: {string.Join(", ", FindClusters(snapshot))}.";
        }
        else if (snapshot.Statuses.Any() && snapshot.LeaderId is null)
        {
            yield return "The members do not agree on a leader, or know none.";
        }
    }

    private static string[] FindClusters(ClusterSnapshot snapshot) => [.. snapshot.Statuses.Select(s => s.ClusterId).Distinct()];

    private static EtcdMemberHealth JudgeMember(MemberObservation observation)
    {
        var problem = FindProblem(observation);
        var alarms = (observation.Alarms ?? []).Select(a => a.AlarmType).Distinct().Order().ToArray();
        return new EtcdMemberHealth
        {
            Endpoint = observation.Endpoint,
            Name = observation.Member?.Name ?? "",
            MemberId = observation.MemberId ?? "",
            IsHealthy = problem is null,
            IsLeader = observation.Status?.IsLeader ?? false,
            IsLearner = observation.IsLearner,
            Took = observation.ReadTook,
            Alarms = alarms,
            Reason = problem ?? (alarms.Length > 0 ? DescribeAlarms(alarms) : ""),
        };
    }

    private static string? FindProblem(MemberObservation observation) => observation switch
    {
        { Status: null } => observation.Failure?.Message ?? "It gave no status.",
        // A learner always refuses linearizable reads and the alarm list ("rpc not supported for learner").
        { IsLearner: true } => null,
        { ReadFailure: { } failure } => failure.Message,
        { AlarmFailure: { } failure } => failure.Message,
        { Alarms: { } alarms } when alarms.Any(a => a.AlarmType != EtcdAlarmType.NoSpace) =>
            DescribeAlarms(alarms.Select(a => a.AlarmType).Distinct().Order()),
        _ => null,
    };

    private static string DescribeAlarms(IEnumerable<EtcdAlarmType> alarms) =>
        $"Active Alarm(s): {string.Join(' ', alarms.Select(AlarmNames.Of))}";
}
