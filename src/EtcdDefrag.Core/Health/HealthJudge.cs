using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Health;

/// <summary>
/// Judges a snapshot as <c>etcdctl endpoint health</c> judges a member (a linearizable read, then the alarms), and besides
/// whether the members agree with each other. Pure: the same snapshot always gives the same verdict.
/// </summary>
public static class HealthJudge
{
    /// <summary>Judges every member of a snapshot and the cluster they make.</summary>
    /// <param name="snapshot">A snapshot taken with <see cref="InspectionScope.Health"/>.</param>
    public static EtcdClusterHealth Judge(ClusterSnapshot snapshot)
    {
        var connection = snapshot.Statuses.FirstOrDefault()?.Connection ?? new();
        var members = snapshot.Members.Select(m => JudgeMember(m) with { Connection = connection }).ToArray();
        var clusters = snapshot.Statuses.Select(s => s.ClusterId).Distinct().ToArray();
        return new EtcdClusterHealth
        {
            ClusterId = clusters is [var only] ? only : "",
            LeaderId = snapshot.LeaderId ?? "",
            VoterCount = snapshot.VoterCount,
            HealthyVoterCount = members.Count(m => m is { IsHealthy: true, IsLearner: false }) + snapshot.UnaskedMembers.Count(m => !m.IsLearner),
            Quorum = snapshot.Quorum,
            Reasons = [.. members.Where(m => !m.IsHealthy).Select(Complain), .. FindDisagreements(snapshot)],
            Members = members,
            Connection = connection,
        };
    }

    /// <summary>What is wrong with an unhealthy member, as a sentence that names it.</summary>
    internal static string Complain(EtcdMemberHealth member)
    {
        var name = NameOf(member);
        return member.Reason.StartsWith(name, StringComparison.Ordinal) ? member.Reason : $"{name} is unhealthy: {member.Reason}";
    }

    private static string NameOf(EtcdMemberHealth member) => member switch
    {
        { Endpoint.Length: > 0 } => member.Endpoint,
        { Name.Length: > 0 } => $"Member {member.Name}",
        _ => $"Member {member.MemberId}",
    };

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
        // A learner refuses linearizable reads and the alarm list for good ("rpc not supported for learner").
        { IsLearner: true } => null,
        { ReadFailure: { } failure } => failure.Message,
        { AlarmFailure: { } failure } => failure.Message,
        { Alarms: { } alarms } when alarms.Any(a => a.AlarmType != EtcdAlarmType.NoSpace) =>
            DescribeAlarms(alarms.Select(a => a.AlarmType).Distinct().Order()),
        _ => null,
    };

    private static string DescribeAlarms(IEnumerable<EtcdAlarmType> alarms) =>
        $"Active Alarm(s): {string.Join(' ', alarms.Select(AlarmNames.Of))}";

    /// <summary>Whether what was named are members of several clusters.</summary>
    internal static bool AreSeveralClusters(ClusterSnapshot snapshot) => snapshot.Statuses.Select(s => s.ClusterId).Distinct().Skip(1).Any();

    /// <summary>In what the members that answered contradict each other.</summary>
    internal static IEnumerable<string> FindDisagreements(ClusterSnapshot snapshot)
    {
        var clusters = snapshot.Statuses.Select(s => s.ClusterId).Distinct().ToArray();
        if (clusters.Length > 1)
        {
            yield return $"The endpoints belong to different clusters: {string.Join(", ", clusters)}.";
        }
        else if (snapshot.Statuses.Any() && snapshot.LeaderId is null)
        {
            yield return "The members do not agree on a leader, or know none.";
        }
    }
}
