using System.Globalization;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Model;

/// <summary>A member as the cluster's member list names it (rpc.proto, Member).</summary>
/// <param name="MemberId">The member's id in hexadecimal digits, as etcdctl prints it.</param>
/// <param name="Name">The member's name; empty until it has started for the first time.</param>
/// <param name="ClientUrls">The client addresses that the member advertises; empty until it has started for the first time.</param>
/// <param name="IsLearner">Whether it is a learner: it has the data and no vote.</param>
public sealed record EtcdMember(string MemberId, string Name, IReadOnlyList<string> ClientUrls, bool IsLearner)
{
    private readonly IReadOnlyList<string> _clientUrls = ClientUrls;

    /// <summary>The client addresses that the member advertises; empty until it has started for the first time.</summary>
    public IReadOnlyList<string> ClientUrls
    {
        get => _clientUrls;
        init
        {
            _clientUrls = value;
            Addresses = ClientAddress.ReadAll(value);
        }
    }

    /// <summary><see cref="ClientUrls"/>, parsed.</summary>
    internal IReadOnlyList<ClientAddress> Addresses { get; private init; } = ClientAddress.ReadAll(ClientUrls);

    /// <summary>Whether an endpoint is among the addresses that the member advertises.</summary>
    internal bool Advertises(EtcdEndpoint endpoint) => Addresses.Any(a => a.Endpoint == endpoint);
}

/// <summary>An address that a member advertises, as text and parsed. Members may advertise what is not a valid endpoint.</summary>
/// <param name="Text">The address as the member list has it.</param>
/// <param name="Endpoint">The endpoint; null where the text is not one.</param>
/// <param name="Problem">What is wrong with the text; null where nothing is.</param>
internal sealed record ClientAddress(string Text, EtcdEndpoint? Endpoint, string? Problem = null)
{
    public static IReadOnlyList<ClientAddress> ReadAll(IEnumerable<string> urls) => [.. urls.Select(Read)];

    private static ClientAddress Read(string url) =>
        EtcdEndpoint.TryParse(url, out var endpoint, out var problem) ? new(url, endpoint) : new(url, null, problem);
}

/// <summary>
/// A member's id as a user writes it. <c>etcdctl member list</c> prints ids in hexadecimal digits, <c>etcdctl alarm list</c> in decimal
/// ones, and users copy both.
/// </summary>
internal static class MemberIdText
{
    /// <summary>Whether a text is a member's id, in hexadecimal or in decimal digits.</summary>
    public static bool Names(string text, string memberId) =>
        text.Equals(memberId, StringComparison.OrdinalIgnoreCase) || text == ToDecimal(memberId);

    /// <summary>An id in decimal digits; null where it is not an id.</summary>
    public static string? ToDecimal(string memberId) =>
        ulong.TryParse(memberId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id.ToString(CultureInfo.InvariantCulture)
            : null;
}
