namespace EtcdDefrag.Connection;

/// <summary>
/// Where to find the <c>/metrics</c> pages of members that do not serve them at their client addresses (etcd's
/// <c>--listen-client-http-urls</c>, <c>--listen-metrics-urls</c>).
/// </summary>
public sealed class EtcdMetricsEndpoints
{
    private const string Host = "{host}";

    private readonly Dictionary<EtcdEndpoint, EtcdEndpoint> _places = [];
    private readonly string _defaultScheme;
    private readonly string? _pattern;

    /// <param name="places">
    /// A pattern for every member, with <c>{host}</c> for the host of its client endpoint (<c>http://{host}:2381</c>), and single entries
    /// (<c>https://10.0.0.1:2379=http://10.0.0.1:2381</c>).
    /// </param>
    /// <param name="defaultScheme">What an endpoint without a scheme means: <c>http</c> or <c>https</c>.</param>
    /// <exception cref="EtcdEndpointException">An endpoint is not valid.</exception>
    /// <exception cref="EtcdSettingException">An entry does not say whose metrics it means, or two mean the same member's.</exception>
    internal EtcdMetricsEndpoints(IEnumerable<string> places, string defaultScheme = "http")
    {
        _defaultScheme = defaultScheme;
        foreach (var place in places)
        {
            if (place.Split('=', 2) is [var member, var page])
            {
                var isNew = _places.TryAdd(EtcdEndpoint.Parse(member, defaultScheme), EtcdEndpoint.Parse(page, defaultScheme));
                Require(isNew, place, "its member is named twice");
                continue;
            }

            // With one address for all, one member's metrics would be taken for those of every other.
            Require(place.Contains(Host, StringComparison.Ordinal), place, "it does not say whose metrics are there");
            Require(_pattern is null, place, "there is already a pattern for every member");
            _pattern = place;
            EtcdEndpoint.Parse(Fill("[::1]"), defaultScheme);
        }
    }

    /// <summary>Where a member's page is; null for the member's client endpoint.</summary>
    internal EtcdEndpoint? Find(EtcdEndpoint member) => _places.GetValueOrDefault(member) ?? (_pattern is null
        ? null
        : EtcdEndpoint.Parse(Fill(member.Host.Contains(':') ? $"[{member.Host}]" : member.Host), _defaultScheme));

    /// <summary>The entries, comma-separated.</summary>
    public override string ToString() =>
        string.Join(',', (_pattern is null ? Array.Empty<string>() : [_pattern]).Concat(_places.Select(p => $"{p.Key}={p.Value}")));

    /// <summary>Whether the entries are the same.</summary>
    /// <param name="obj">The other ones.</param>
    public override bool Equals(object? obj) => obj is EtcdMetricsEndpoints other && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private string Fill(string host) => _pattern!.Replace(Host, host, StringComparison.Ordinal);

    private static void Require(bool condition, string place, string problem)
    {
        if (!condition)
        {
            throw new EtcdSettingException(
                $"metrics endpoint '{EtcdEndpoint.Redact(place)}'", problem,
                "Write http://{host}:2381, where {host} stands for each member's host, or for each member one entry such as "
                + "https://10.0.0.1:2379=http://10.0.0.1:2381.");
        }
    }
}
