using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>What the members of a cluster said when all were asked at once. Judging and planning are functions of it.</summary>
/// <param name="TakenAt">When the last answer was in.</param>
/// <param name="Members">One entry a member (whole cluster) or an endpoint (only the endpoints given), in a stable order.</param>
/// <param name="MemberList">The cluster's member list; null where no member gave one.</param>
public sealed record ClusterSnapshot(
    DateTimeOffset TakenAt,
    IReadOnlyList<MemberObservation> Members,
    IReadOnlyList<EtcdMember>? MemberList)
{
    /// <summary>
    /// The ids of the members that the endpoints named by the caller belong to, each once; what an inspection of the whole
    /// cluster found besides is not in it.
    /// </summary>
    public IReadOnlyList<string> GivenMemberIds { get; init; } = [];

    /// <summary>
    /// The endpoints named by the caller that gave no status, each with the member of the list whose address it is, where it is that of
    /// exactly one.
    /// </summary>
    public IReadOnlyList<MemberObservation> GivenFailures { get; init; } = [];

    /// <summary>Members of the list that were not asked, because only those that were named should be. Whether they are well is not known.</summary>
    public IReadOnlyList<EtcdMember> UnaskedMembers { get; init; } = [];

    /// <summary>Entries of the endpoint map that stand for no member, a sentence each to warn with; none where no member list was had.</summary>
    public IReadOnlyList<string> EndpointMapProblems { get; init; } = [];

    /// <summary>What is wrong with the places where metrics were looked for, a sentence each to warn with.</summary>
    public IEnumerable<string> MetricsProblems => Members.Select(m => m.MetricsProblem).OfType<string>().Distinct();

    /// <summary>Whether the caller named a member, by an address at which it answered or by one that is its own.</summary>
    /// <param name="memberId">The member's id.</param>
    public bool IsNamed(string memberId) => GivenMemberIds.Contains(memberId) || GivenFailures.Any(o => o.Member?.MemberId == memberId);

    /// <summary>The statuses of the members that gave one.</summary>
    public IEnumerable<EtcdMemberStatus> Statuses => Members.Select(m => m.Status).OfType<EtcdMemberStatus>();

    /// <summary>The members that vote, of those that were asked. An endpoint that no one could identify counts as one: it may be.</summary>
    public IEnumerable<MemberObservation> Voters => Members.Where(m => !m.IsLearner);

    /// <summary>Every alarm that any member reports, each once.</summary>
    public IEnumerable<EtcdAlarm> Alarms => Members.SelectMany(m => m.Alarms ?? []).Distinct();

    /// <summary>How many members vote, those included that were not asked.</summary>
    public int VoterCount => Voters.Count() + UnaskedMembers.Count(m => !m.IsLearner);

    /// <summary>The voters needed for a majority.</summary>
    public int Quorum => (VoterCount / 2) + 1;

    /// <summary>
    /// The leader's id where every answering member names the same one; otherwise null.
    /// </summary>
    public string? LeaderId
    {
        get
        {
            var leaders = Statuses.Select(s => s.LeaderId).Distinct().ToArray();
            return leaders is [{ Length: > 0 } leader] ? leader : null;
        }
    }
}
