using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>How much to ask of each member.</summary>
internal enum InspectionScope
{
    /// <summary>
    /// Status, member list and alarms: what a member knows by itself, answered at once even without a quorum. The metrics page, which
    /// is a hundred times larger, only where the status does not say the quota, or does not come at once.
    /// </summary>
    Status,

    /// <summary>The metrics page as well.</summary>
    Metrics,

    /// <summary>The metrics page and a linearizable read as well, as <c>etcdctl endpoint health</c> does: answered only with a leader and a quorum.</summary>
    Health,
}

/// <summary>
/// Asks all members of a cluster at once. A member that does not answer is part of the result and not an exception: only the caller's own
/// cancellation ends an inspection early.
/// </summary>
internal sealed class ClusterInspector(MemberConnections connections, TimeProvider time)
{
    private readonly MemberAddresses _addresses = new(connections.Options);
    private readonly MemberInspector _member = new(time);

    // Where the last inspection of the cluster found its members: they are asked again at once, beside the given endpoints.
    private EtcdEndpoint[] _known = [];

    /// <summary>Asks the given endpoints and no others. One observation an endpoint, in the order given.</summary>
    public async Task<ClusterSnapshot> InspectEndpointsAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, InspectionScope scope, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(endpoints.Distinct().Select(e => AskAsync(e, scope, cancellationToken))).ConfigureAwait(false);
        var list = asked.Select(o => o.MemberList).FirstOrDefault(l => l is { Count: > 0 });
        return new ClusterSnapshot(time.GetUtcNow(), RaftProgress.Compare([.. asked.Select(o => NameFromList(o, list))]), list)
        {
            GivenMemberIds = asked.Select(o => o.Status?.MemberId).OfType<string>().Distinct().ToArray(),
            GivenFailures = [.. asked.Where(o => o.Status is null).Select(o => o with { Member = FindOwner(o, list) })],
            EndpointMapProblems = FindMapProblems(asked),
        };
    }

    /// <summary>
    /// Asks the given endpoints and no others, for clusters of which only some members can be reached from here. One observation a member;
    /// the rest of the member list is in <see cref="ClusterSnapshot.UnaskedMembers"/>.
    /// </summary>
    public async Task<ClusterSnapshot> InspectNamedMembersAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, InspectionScope scope, CancellationToken cancellationToken)
    {
        var given = await InspectEndpointsAsync(endpoints, scope, cancellationToken).ConfigureAwait(false);
        var members = given.Members.DistinctBy(o => o.MemberId ?? o.Endpoint).ToArray();
        var unasked = (given.MemberList ?? []).Where(
            m => !Array.Exists(members, o => o.MemberId == m.MemberId || (o.Status is null && _addresses.IsOf(o.Address, m))));
        return given with { Members = members, UnaskedMembers = [.. unasked] };
    }

    /// <summary>
    /// Asks the given endpoints, learns from them who belongs to the cluster, and asks the rest. One observation a member, in the order of
    /// the member list, then every endpoint that could not be identified.
    /// </summary>
    public async Task<ClusterSnapshot> InspectClusterAsync(
        IReadOnlyList<EtcdEndpoint> endpoints, InspectionScope scope, CancellationToken cancellationToken)
    {
        using var needless = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = new AskedMembers(_known.Except(endpoints).ToDictionary(e => e, e => AskAsync(e, scope, needless.Token)));
        try
        {
            var given = await InspectEndpointsAsync(endpoints, scope, cancellationToken).ConfigureAwait(false);
            return given.MemberList is null ? given
                : await InspectListedAsync(given, asked, scope, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Who is no longer in the list, or answered elsewhere, is not waited for.
            await needless.CancelAsync().ConfigureAwait(false);
            await asked.EndAsync().ConfigureAwait(false);
        }
    }

    private async Task<ClusterSnapshot> InspectListedAsync(
        ClusterSnapshot given, AskedMembers asked, InspectionScope scope, CancellationToken cancellationToken)
    {
        var members = await Task.WhenAll(given.MemberList!.Select(m => FindAnswer(given, m) is { } known
            ? Task.FromResult(known)
            : AskMemberAsync(m, given, asked, scope, cancellationToken))).ConfigureAwait(false);
        var unidentified = given.Members.Where(o => !IsAccountedFor(o, given.MemberList!));
        _known = [.. members.Where(m => m.Status is not null).Select(m => m.Address).OfType<EtcdEndpoint>()];
        return given with { TakenAt = time.GetUtcNow(), Members = RaftProgress.Compare([.. members, .. unidentified]) };
    }

    /// <summary>The member that alone has the address; null where there is none.</summary>
    private EtcdMember? FindOwner(MemberObservation observation, IReadOnlyList<EtcdMember>? list) =>
        (list ?? []).Where(m => _addresses.IsOf(observation.Address, m)).ToArray() is [var owner] ? owner : null;

    /// <summary>
    /// A member that was given by two addresses is one member: the first address that answered counts, unless other members advertise it
    /// too.
    /// </summary>
    private static MemberObservation? FindAnswer(ClusterSnapshot given, EtcdMember member) =>
        given.Members.FirstOrDefault(
            o => o.Status?.MemberId == member.MemberId && !MemberAddresses.IsShared(o.Address!, given.MemberList!));

    /// <summary>Whether an endpoint answered as a member of the list, or failed and is an address of one.</summary>
    private bool IsAccountedFor(MemberObservation observation, IReadOnlyList<EtcdMember> list) =>
        list.Any(m => observation.Status is { } status ? m.MemberId == status.MemberId : _addresses.IsOf(observation.Address, m));

    /// <summary>The endpoints may belong to several clusters: an entry may match a member of any.</summary>
    private IReadOnlyList<string> FindMapProblems(IEnumerable<MemberObservation> asked)
    {
        var members = asked.SelectMany(o => o.MemberList ?? []).DistinctBy(m => m.MemberId).ToArray();
        return members.Length == 0 ? [] : connections.Options.EndpointMap?.FindProblems(members) ?? [];
    }

    private static MemberObservation NameFromList(MemberObservation observation, IReadOnlyList<EtcdMember>? list) =>
        list?.FirstOrDefault(m => m.MemberId == observation.Status?.MemberId) is { } member
            ? observation with { Member = member, Status = observation.Status! with { Name = member.Name } }
            : observation;

    private Task<MemberObservation> AskAsync(EtcdEndpoint endpoint, InspectionScope scope, CancellationToken cancellationToken) =>
        _member.AskAsync(connections.Get(endpoint), connections.Options, scope, cancellationToken);

    /// <summary>
    /// Tries a member's addresses one after the other until it answers at one. An address that was asked a moment ago is not asked again:
    /// one that hangs is not waited for twice.
    /// </summary>
    private async Task<MemberObservation> AskMemberAsync(
        EtcdMember member, ClusterSnapshot given, AskedMembers asked, InspectionScope scope, CancellationToken cancellationToken)
    {
        var noAddress = new EtcdMemberException(member, MemberAddresses.ExplainNone(member));
        var last = new MemberObservation { Endpoint = "", Member = member, Failure = noAddress };
        foreach (var address in _addresses.Of(member, given.MemberList!))
        {
            if (address.Endpoint is not { } endpoint)
            {
                last = last with { Endpoint = address.Text, Failure = new EtcdEndpointException(address.Text, address.Problem!) };
                continue;
            }

            var known = given.Members.FirstOrDefault(o => o.Address == endpoint);
            var asking = asked.FindAsync(endpoint);
            known ??= await (asking ?? AskAsync(endpoint, scope, cancellationToken)).ConfigureAwait(false);
            var answer = Identify(known, member);
            if (answer.Status is not null)
            {
                return answer;
            }

            // That another member answers at a shared address says nothing of this one, whose own address has just failed.
            var isShared = MemberAddresses.IsShared(endpoint, given.MemberList!);
            last = isShared && last.Address is not null && answer.Failure is EtcdMemberException ? last : answer;
        }

        return last;
    }

    private static MemberObservation Identify(MemberObservation observation, EtcdMember member)
    {
        if (observation.Status is not { } status || status.MemberId == member.MemberId)
        {
            return NameFromList(observation, [member]) with { Member = member };
        }

        var problem = $"{observation.Endpoint} answers as member {status.MemberId}; a load balancer or proxy may be in between";
        return observation with { Member = member, Status = null, Failure = new EtcdMemberException(member, problem, status.MemberId) };
    }
}
