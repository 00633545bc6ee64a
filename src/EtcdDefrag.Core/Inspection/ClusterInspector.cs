using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>
/// Asks all members of a cluster at once. A member that does not answer is part of the result, not an exception: only the
/// caller's own cancellation ends an inspection early.
/// </summary>
public sealed class ClusterInspector
{
    private readonly MemberConnections _connections;
    private readonly MemberAddresses _addresses;
    private readonly MemberInspector _member;
    private readonly TimeProvider _time;

    /// <summary>Prepares an inspection; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use and to keep for what follows.</param>
    /// <param name="time">The clock.</param>
    public ClusterInspector(MemberConnections connections, TimeProvider time)
    {
        _connections = connections;
        _addresses = new MemberAddresses(connections.Options);
        _time = time;
        _member = new MemberInspector(time);
    }

    /// <summary>Asks the given endpoints and nobody else. One observation an endpoint, in the order given.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="scope">How much to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterSnapshot> InspectEndpointsAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, InspectionScope scope, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(endpoints.Distinct().Select(e => AskAsync(e, scope, cancellationToken))).ConfigureAwait(false);
        var list = ChooseMemberList(asked);
        return new ClusterSnapshot(_time.GetUtcNow(), RaftProgress.Compare([.. asked.Select(o => NameFromList(o, list))]), list)
        {
            GivenMemberIds = asked.Select(o => o.Status?.MemberId).OfType<string>().Distinct().ToArray(),
            GivenFailures = [.. asked.Where(o => o.Status is null).Select(o => o with { Member = FindOwner(o, list) })],
            EndpointMapProblems = FindMapProblems(asked),
        };
    }

    /// <summary>
    /// Asks the given endpoints and nobody else, for clusters of which only some members can be reached from here. One observation a
    /// member; the rest of the member list is in <see cref="ClusterSnapshot.UnaskedMembers"/>.
    /// </summary>
    /// <param name="endpoints">At least one endpoint of the cluster.</param>
    /// <param name="scope">How much to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterSnapshot> InspectNamedMembersAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, InspectionScope scope, CancellationToken cancellationToken)
    {
        var given = await InspectEndpointsAsync(endpoints, scope, cancellationToken).ConfigureAwait(false);
        var members = given.Members.DistinctBy(o => o.MemberId ?? o.Endpoint).ToArray();
        var unasked = (given.MemberList ?? []).Where(m => !Array.Exists(members, o => o.MemberId == m.MemberId || (o.Status is null && _addresses.IsOf(o.Address, m))));
        return given with { Members = members, UnaskedMembers = [.. unasked] };
    }

    /// <summary>
    /// Asks the given endpoints, learns from them who belongs to the cluster, and asks the rest. One observation a member, in
    /// the order of the member list, then whatever endpoint could not be identified.
    /// </summary>
    /// <param name="endpoints">At least one endpoint of the cluster.</param>
    /// <param name="scope">How much to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterSnapshot> InspectClusterAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, InspectionScope scope, CancellationToken cancellationToken)
    {
        var given = await InspectEndpointsAsync(endpoints, scope, cancellationToken).ConfigureAwait(false);
        if (given.MemberList is null)
        {
            return given;
        }

        var members = await Task.WhenAll(given.MemberList.Select(
            m => FindAnswer(given, m) is { } known ? Task.FromResult(known) : AskMemberAsync(m, given, scope, cancellationToken)))
            .ConfigureAwait(false);
        var strangers = given.Members.Where(o => !IsAccountedFor(o, given.MemberList));
        return given with { TakenAt = _time.GetUtcNow(), Members = RaftProgress.Compare([.. members, .. strangers]) };
    }

    /// <summary>Whose address it is; null where it is nobody's, or that of several.</summary>
    private EtcdMember? FindOwner(MemberObservation observation, IReadOnlyList<EtcdMember>? list) =>
        (list ?? []).Where(m => _addresses.IsOf(observation.Address, m)).ToArray() is [var owner] ? owner : null;

    /// <summary>
    /// The same member named by two addresses is one member: the first address that answered stands for it, unless other members
    /// advertise that address too.
    /// </summary>
    private static MemberObservation? FindAnswer(ClusterSnapshot given, EtcdMember member) =>
        given.Members.FirstOrDefault(o => o.Status?.MemberId == member.MemberId && !MemberAddresses.IsShared(o.Address!, given.MemberList!));

    /// <summary>An endpoint is accounted for if it answered as a listed member, or failed and is an address of one.</summary>
    private bool IsAccountedFor(MemberObservation observation, IReadOnlyList<EtcdMember> list) =>
        observation.Status is { } status
            ? list.Any(m => m.MemberId == status.MemberId)
            : list.Any(m => _addresses.IsOf(observation.Address, m));

    /// <summary>The endpoints may be of several clusters: an entry may stand for a member of any.</summary>
    private IReadOnlyList<string> FindMapProblems(IEnumerable<MemberObservation> asked)
    {
        var members = asked.SelectMany(o => o.MemberList ?? []).DistinctBy(m => m.MemberId).ToArray();
        return members.Length == 0 ? [] : _connections.Options.EndpointMap?.FindProblems(members) ?? [];
    }

    private static IReadOnlyList<EtcdMember>? ChooseMemberList(IEnumerable<MemberObservation> observations) =>
        observations.Select(o => o.MemberList).FirstOrDefault(l => l is { Count: > 0 });

    private static MemberObservation NameFromList(MemberObservation observation, IReadOnlyList<EtcdMember>? list)
    {
        var member = list?.FirstOrDefault(m => m.MemberId == observation.Status?.MemberId);
        return member is null
            ? observation
            : observation with { Member = member, Status = observation.Status! with { Name = member.Name } };
    }

    private Task<MemberObservation> AskAsync(EtcdEndpoint endpoint, InspectionScope scope, CancellationToken cancellationToken) =>
        _member.AskAsync(_connections.Get(endpoint), _connections.Options, scope, cancellationToken);

    /// <summary>
    /// Tries a member's addresses one after the other, until it answers at one. What was found out at an address a moment ago counts: one
    /// that hangs is not waited for twice.
    /// </summary>
    private async Task<MemberObservation> AskMemberAsync(EtcdMember member, ClusterSnapshot given, InspectionScope scope, CancellationToken cancellationToken)
    {
        var last = new MemberObservation { Endpoint = "", Member = member, Failure = new EtcdMemberException(member, MemberAddresses.ExplainNone(member)) };
        foreach (var address in _addresses.Of(member, given.MemberList!))
        {
            if (address.Endpoint is not { } endpoint)
            {
                last = last with { Endpoint = address.Text, Failure = new EtcdEndpointException(address.Text, address.Problem!) };
                continue;
            }

            var known = given.Members.FirstOrDefault(o => o.Address == endpoint);
            var answer = Identify(known ?? await AskAsync(endpoint, scope, cancellationToken).ConfigureAwait(false), member);
            if (answer.Status is not null)
            {
                return answer;
            }

            // That another member answers at an address of several says nothing of this one, whose own address has just failed.
            var isBesideThePoint = last.Address is not null && answer.Failure is EtcdMemberException && MemberAddresses.IsShared(endpoint, given.MemberList!);
            last = isBesideThePoint ? last : answer;
        }

        return last;
    }

    private static MemberObservation Identify(MemberObservation observation, EtcdMember member)
    {
        if (observation.Status is { } status && status.MemberId != member.MemberId)
        {
            var failure = new EtcdMemberException(member, $"{observation.Endpoint} answers as member {status.MemberId}; a load balancer or proxy may stand between", status.MemberId);
            return observation with { Member = member, Status = null, Failure = failure };
        }

        return NameFromList(observation, [member]) with { Member = member };
    }
}
