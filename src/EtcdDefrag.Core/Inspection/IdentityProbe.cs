using EtcdDefrag.Connection;

namespace EtcdDefrag.Inspection;

/// <summary>
/// Finds addresses that do not stand for one member. A load balancer or proxy hands Maintenance calls to whichever member it
/// likes, so that several fresh connections to one address bring different members to light.
/// </summary>
internal sealed class IdentityProbe(MemberConnections connections)
{
    private const int Connections = 8;

    /// <summary>What is wrong with the addresses of a snapshot, one sentence each.</summary>
    public async Task<IReadOnlyList<string>> FindProblemsAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var strangers = snapshot.Members.Where(o => o.Failure is EtcdMemberException { AnsweredAs: not null }).Select(o => o.Failure!.Message);
        var unlisted = snapshot.Members.Where(o => IsUnlisted(o, snapshot)).Select(o =>
            $"{o.Endpoint} answers as member {o.MemberId}, which the cluster's member list does not name.");
        var probed = await Task.WhenAll(snapshot.Members
            .Where(o => o is { Status: not null, Address: not null } && !IsAdvertised(o))
            .Select(o => ProbeAsync(o, cancellationToken))).ConfigureAwait(false);
        return [.. strangers, .. unlisted, .. probed.OfType<string>()];
    }

    private static bool IsUnlisted(MemberObservation observation, ClusterSnapshot snapshot) =>
        observation.Status is { } status && snapshot.MemberList is { } list && !list.Any(m => m.MemberId == status.MemberId);

    /// <summary>An address that the member itself gives out leads to it; what stands in a client's hand may not.</summary>
    private static bool IsAdvertised(MemberObservation observation) =>
        observation.Member?.ClientUrls.Any(u => EtcdEndpoint.TryParse(u, out var e, out _) && e == observation.Address) ?? false;

    private async Task<string?> ProbeAsync(MemberObservation observation, CancellationToken cancellationToken)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => AskAnewAsync(observation.Address!, cancellationToken)))
            .ConfigureAwait(false);
        var different = ids.OfType<string>().Append(observation.MemberId!).Distinct().ToArray();
        return different.Length < 2
            ? null
            : $"{observation.Endpoint} answers as different members ({string.Join(", ", different)}): a load balancer or proxy stands between.";
    }

    private async Task<string?> AskAnewAsync(EtcdEndpoint address, CancellationToken cancellationToken)
    {
        using var member = connections.ConnectAnew(address);
        try
        {
            return (await member.GetStatusAsync(cancellationToken).ConfigureAwait(false)).MemberId;
        }
        catch (EtcdException)
        {
            // It answered a moment ago. Whether it is well is for the guards that look at health; here only who answers counts.
            return null;
        }
    }
}
