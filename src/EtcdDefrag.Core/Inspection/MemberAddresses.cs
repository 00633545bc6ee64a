using EtcdDefrag.Connection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Where a member of the member list is to be asked: where the caller's map says, else at the addresses it advertises.</summary>
internal sealed class MemberAddresses(EtcdConnectionOptions options)
{
    /// <summary>
    /// The addresses to try, in their order: those that this member alone advertises come first. One that others advertise too leads to
    /// any of them.
    /// </summary>
    public IReadOnlyList<string> Of(EtcdMember member, IReadOnlyList<EtcdMember> members) =>
        options.EndpointMap?.Find(member) is { } mapped
            ? [mapped.ToString()]
            : [.. member.ClientUrls.Where(u => !IsPassedOver(u)).OrderBy(u => EtcdEndpoint.TryParse(u, out var endpoint, out _) && IsShared(endpoint, members))];

    /// <summary>Whether more than one member advertises an endpoint.</summary>
    public static bool IsShared(EtcdEndpoint endpoint, IReadOnlyList<EtcdMember> members) => members.Count(m => Advertises(m, endpoint)) > 1;

    /// <summary>Why <see cref="Of"/> has none.</summary>
    public static string ExplainNone(EtcdMember member) => member.ClientUrls.Count == 0
        ? member.Name.Length == 0 ? "it was added to the cluster and has never been started" : "it advertises no client URL"
        : $"it advertises loopback addresses only ({string.Join(", ", member.ClientUrls)}), which are passed over as asked";

    /// <summary>Whether an endpoint is one of a member's addresses.</summary>
    public bool IsOf(EtcdEndpoint? endpoint, EtcdMember member) =>
        endpoint is not null
        && (options.EndpointMap?.Find(member) == endpoint || Advertises(member, endpoint));

    /// <summary>Whether a member gives out an endpoint as its own.</summary>
    public static bool Advertises(EtcdMember member, EtcdEndpoint endpoint) =>
        member.ClientUrls.Any(u => EtcdEndpoint.TryParse(u, out var advertised, out _) && advertised == endpoint);

    private bool IsPassedOver(string url) =>
        options.ExcludeLocalhost && EtcdEndpoint.TryParse(url, out var endpoint, out _) && endpoint.IsLoopback;
}
