using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>What the members of a cluster said when all were asked at once. Judging and planning are functions of it.</summary>
/// <param name="TakenAt">When the last answer had arrived.</param>
/// <param name="Members">One entry a member (whole cluster) or an endpoint (only the endpoints given), in a stable order.</param>
/// <param name="MemberList">The cluster's member list; null where no member gave one.</param>
internal sealed record ClusterSnapshot(
    DateTimeOffset TakenAt,
    IReadOnlyList<MemberObservation> Members,
    IReadOnlyList<EtcdMember>? MemberList)
{
    /// <summary>The ids of the members at the endpoints that the caller gave, each once, without other members that were found.</summary>
    public IReadOnlyList<string> GivenMemberIds { get; init; } = [];

    /// <summary>The given endpoints that gave no status, each with the one member that has that address, if any.</summary>
    public IReadOnlyList<MemberObservation> GivenFailures { get; init; } = [];

    /// <summary>Members of the list that were not asked, because only those named were wanted. Their health is not known.</summary>
    public IReadOnlyList<EtcdMember> UnaskedMembers { get; init; } = [];

    /// <summary>A warning for each entry of the endpoint map that matches no member; none where there is no member list.</summary>
    public IReadOnlyList<string> EndpointMapProblems { get; init; } = [];

    /// <summary>A warning for each problem with the metrics endpoints.</summary>
    public IEnumerable<string> MetricsProblems => Members.Select(m => m.MetricsProblem).OfType<string>().Distinct();

    /// <summary>Whether the caller gave an address at which the member answered, or one that is its own.</summary>
    public bool IsNamed(string memberId) => GivenMemberIds.Contains(memberId) || GivenFailures.Any(o => o.Member?.MemberId == memberId);

    public IEnumerable<EtcdMemberStatus> Statuses => Members.Select(m => m.Status).OfType<EtcdMemberStatus>();

    /// <summary>The members that vote, of those that were asked. An endpoint that could not be identified may be one, and counts.</summary>
    public IEnumerable<MemberObservation> Voters => Members.Where(m => !m.IsLearner);

    /// <summary>Every alarm that any member reports, each once.</summary>
    public IEnumerable<EtcdAlarm> Alarms => Members.SelectMany(m => m.Alarms ?? []).Distinct();

    /// <summary>How many members vote, including those that were not asked.</summary>
    public int VoterCount => Voters.Count() + UnaskedMembers.Count(m => !m.IsLearner);

    public int Quorum => (VoterCount / 2) + 1;

    /// <summary>
    /// What to do about voters that do not answer, where the cause is how they are reached, or where nobody answers; null where the
    /// members themselves need attention.
    /// </summary>
    public string? FindRemedy()
    {
        string[] remedies = [.. Voters.Select(v => FailureRemedy.Find(v.Failure)).OfType<string>().Distinct()];
        var isNobodyThere = MemberList is null && Members.All(m => m.Failure is EtcdException { Failure: EtcdFailure.Unreachable });
        return remedies.Length > 0 ? string.Join(' ', remedies) : isNobodyThere ? FailureRemedy.CheckAddress : null;
    }

    /// <summary>The leader's id if every answering member names the same one; otherwise null.</summary>
    public string? LeaderId => Statuses.Select(s => s.LeaderId).Distinct().ToArray() is [{ Length: > 0 } leader] ? leader : null;
}
