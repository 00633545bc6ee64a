using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Where to ask a member: at its address in the caller's endpoint map, else at the addresses that it advertises.</summary>
internal sealed class MemberAddresses(EtcdConnectionOptions options)
{
    /// <summary>
    /// The addresses to try, in this order. Those that only this member advertises come first: one that others advertise too leads to any
    /// of them.
    /// </summary>
    public IReadOnlyList<ClientAddress> Of(EtcdMember member, IReadOnlyList<EtcdMember> members) =>
        options.EndpointMap?.Find(member) is { } mapped
            ? [new ClientAddress(mapped.ToString(), mapped)]
            : [.. member.Addresses.Where(a => !IsExcluded(a)).OrderBy(a => a.Endpoint is { } endpoint && IsShared(endpoint, members))];

    /// <summary>Whether more than one member advertises an endpoint.</summary>
    public static bool IsShared(EtcdEndpoint endpoint, IReadOnlyList<EtcdMember> members) => members.Count(m => m.Advertises(endpoint)) > 1;

    /// <summary>Why <see cref="Of"/> gives no address.</summary>
    public static string ExplainNone(EtcdMember member) => member.ClientUrls.Count == 0
        ? member.Name.Length == 0 ? "it was added to the cluster and has never been started" : "it advertises no client URL"
        : $"it advertises loopback addresses only ({string.Join(", ", member.ClientUrls)}), which are excluded";

    /// <summary>Whether an endpoint is one of a member's addresses.</summary>
    public bool IsOf(EtcdEndpoint? endpoint, EtcdMember member) =>
        endpoint is not null && (options.EndpointMap?.Find(member) == endpoint || member.Advertises(endpoint));

    private bool IsExcluded(ClientAddress address) => options.ExcludeLocalhost && address.Endpoint is { IsLoopback: true };
}
