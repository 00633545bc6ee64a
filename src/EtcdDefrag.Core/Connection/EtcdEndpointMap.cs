using EtcdDefrag.Model;

namespace EtcdDefrag.Connection;

/// <summary>
/// Where to reach members that cannot be reached at their advertised addresses from here (address translation, containers, tunnels). A
/// member is named by its name, its id in hexadecimal digits, or an address that it advertises.
/// </summary>
public sealed class EtcdEndpointMap
{
    private readonly Dictionary<string, EtcdEndpoint> _places = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="places">For each member its name, id or advertised address, and the endpoint to reach it at.</param>
    /// <param name="defaultScheme">What an endpoint without a scheme means: <c>http</c> or <c>https</c>.</param>
    /// <exception cref="EtcdEndpointException">An endpoint is not valid.</exception>
    /// <exception cref="EtcdSettingException">A member is named twice, or an entry names none.</exception>
    internal EtcdEndpointMap(IEnumerable<KeyValuePair<string, string>> places, string defaultScheme = "http")
    {
        foreach (var (member, endpoint) in places)
        {
            var isNamed = !string.IsNullOrWhiteSpace(member);
            if (!isNamed || !_places.TryAdd(Normalize(member), EtcdEndpoint.Parse(endpoint, defaultScheme)))
            {
                throw new EtcdSettingException(
                    $"endpoint map's entry '{EtcdEndpoint.Redact($"{member}={endpoint}")}'",
                    isNamed ? "its member is named twice" : "it names no member",
                    "Name each member once, by its name, its id or an address it advertises: etcd-1=https://127.0.0.1:12379.");
            }
        }
    }

    /// <summary>The entries: which member is reached where.</summary>
    public IReadOnlyDictionary<string, string> Places =>
        _places.ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Where a member is reached; null where the map does not say.</summary>
    internal EtcdEndpoint? Find(EtcdMember member) =>
        NamesOf(member).Select(n => _places.GetValueOrDefault(n)).FirstOrDefault(e => e is not null);

    /// <summary>A sentence for each entry that matches none of the cluster's members, and so has no effect.</summary>
    internal IReadOnlyList<string> FindProblems(IReadOnlyList<EtcdMember> members)
    {
        var known = members.SelectMany(NamesOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = string.Join(", ", members.Select(m => m.Name.Length > 0 ? m.Name : m.MemberId).Order(StringComparer.Ordinal));
        return [.. _places.Keys.Where(k => !known.Contains(k)).Select(k =>
            $"The endpoint map's '{k}' is not the name, id or address of a member; the members are {names}.")];
    }

    /// <summary>The entries, comma-separated.</summary>
    public override string ToString() => string.Join(',', _places.Select(p => $"{p.Key}={p.Value}"));

    private static IEnumerable<string> NamesOf(EtcdMember member)
    {
        var addresses = member.Addresses.Select(a => a.Endpoint?.ToString() ?? a.Text.Trim()).ToArray();
        string?[] names =
            [member.MemberId, MemberIdText.ToDecimal(member.MemberId), member.Name, .. addresses, .. addresses.Select(WithoutScheme)];
        return names.OfType<string>().Where(n => n.Length > 0);
    }

    /// <summary>One spelling for each address, with a scheme or without; a name or an id stays as it is.</summary>
    private static string Normalize(string member) =>
        !member.Contains(':') || !EtcdEndpoint.TryParse(member, out var endpoint, out _) ? member.Trim()
        : member.Contains("://", StringComparison.Ordinal) ? endpoint.ToString()
        : WithoutScheme(endpoint.ToString());

    private static string WithoutScheme(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? address[(at + 3)..] : address;
}
