using EtcdDefrag.Connection;

namespace EtcdDefrag.Inspection;

/// <summary>
/// Finds addresses that do not belong to one member. A load balancer or proxy passes Maintenance calls to whichever member it likes, so
/// several fresh connections to one address reach different members.
/// </summary>
internal sealed class IdentityProbe(MemberConnections connections)
{
    private const int Connections = 8;

    // The state in which an address was found to lead to one member: it is not probed again while that lasts.
    private readonly Dictionary<EtcdEndpoint, string> _proved = [];

    /// <summary>What is wrong with the given addresses and with those that the members advertise, one sentence each.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="given">The addresses that the caller gave.</param>
    /// <param name="nameMembers">Whether they say which members are meant, or only where the cluster is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> FindProblemsAsync(
        ClusterSnapshot snapshot, IReadOnlyList<EtcdEndpoint> given, bool nameMembers, CancellationToken cancellationToken)
    {
        var impostors = snapshot.Members.Select(o => o.Failure).OfType<EtcdMemberException>().Where(f => f.AnsweredAs is not null);
        var unlisted = snapshot.Members.Where(o => IsUnlisted(o, snapshot)).Select(o =>
            $"{o.Endpoint} answers as member {o.MemberId}, which the cluster's member list does not name.");
        var open = given.Distinct()
            .Where(e => !IsOneMembersOwn(e, snapshot) && (nameMembers || !IsEntranceOnly(e, snapshot)))
            .Where(e => _proved.GetValueOrDefault(e) != Describe(e, snapshot))
            .ToArray();
        var answers = await Task.WhenAll(open.Select(e => ProbeAsync(e, cancellationToken))).ConfigureAwait(false);
        foreach (var (endpoint, ids) in open.Zip(answers))
        {
            // A connection without an answer proves nothing.
            _proved[endpoint] = ids.Length == Connections && ids.Distinct().Count() == 1 ? Describe(endpoint, snapshot) : "";
        }

        var probed = open.Zip(answers, FindProblem);
        return [.. impostors.Select(f => f.Message), .. unlisted, .. probed.OfType<string>()];
    }

    /// <summary>A member of another cluster is not in the list either, but that is another problem, with a message of its own.</summary>
    private static bool IsUnlisted(MemberObservation observation, ClusterSnapshot snapshot) =>
        observation.Status is { } status && snapshot.MemberList is { } list && !list.Any(m => m.MemberId == status.MemberId)
        && snapshot.Statuses.All(s => s.ClusterId == status.ClusterId);

    /// <summary>
    /// An address that only one member advertises, and at which that member or nobody answered, leads to it. Any other address may not.
    /// </summary>
    private static bool IsOneMembersOwn(EtcdEndpoint endpoint, ClusterSnapshot snapshot)
    {
        var owners = (snapshot.MemberList ?? []).Where(m => m.Advertises(endpoint)).Select(m => m.MemberId).ToArray();
        var asked = snapshot.Members.FirstOrDefault(o => o.Address == endpoint);

        // Where nobody answers, nobody can be taken for another member.
        return asked is { Status: null } || (owners is [var owner] && (asked is null || asked.MemberId == owner));
    }

    /// <summary>An address that several members advertise, and at which none was asked, since each was reached at one of its own.</summary>
    private static bool IsEntranceOnly(EtcdEndpoint endpoint, ClusterSnapshot snapshot) =>
        snapshot.MemberList is { } list && MemberAddresses.IsShared(endpoint, list) && snapshot.Members.All(o => o.Address != endpoint);

    /// <summary>Who answers at an address, since when, in which cluster. When that changes, something new may be in between.</summary>
    private static string Describe(EtcdEndpoint endpoint, ClusterSnapshot snapshot)
    {
        var asked = snapshot.Members.FirstOrDefault(o => o.Address == endpoint);
        var members = (snapshot.MemberList ?? []).Select(m => $"{m.MemberId}={string.Join(',', m.ClientUrls)}");
        return $"{asked?.MemberId} {asked?.Metrics?.ProcessStartedAt:O} {string.Join(' ', members.Order(StringComparer.Ordinal))}";
    }

    /// <summary>The ids that answered, one for each connection that was answered.</summary>
    private async Task<string[]> ProbeAsync(EtcdEndpoint endpoint, CancellationToken cancellationToken)
    {
        var asked = Enumerable.Range(0, Connections).Select(_ => AskAnewAsync(endpoint, cancellationToken));
        var ids = await Task.WhenAll(asked).ConfigureAwait(false);
        return [.. ids.OfType<string>()];
    }

    private static string? FindProblem(EtcdEndpoint endpoint, string[] ids) => ids.Distinct().ToArray() is { Length: > 1 } different
        ? $"{endpoint} answers as different members ({string.Join(", ", different)}): a load balancer or proxy is in between."
        : null;

    private async Task<string?> AskAnewAsync(EtcdEndpoint address, CancellationToken cancellationToken)
    {
        using var member = connections.ConnectAnew(address);
        try
        {
            return (await member.GetStatusAsync(cancellationToken).ConfigureAwait(false)).MemberId;
        }
        catch (EtcdException)
        {
            // It answered a moment ago. Its health is for other guards; here only who answers counts.
            return null;
        }
    }
}
