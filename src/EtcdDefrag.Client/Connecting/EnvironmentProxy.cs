using System.Globalization;
using System.Net;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// The HTTP proxy that the environment names for an endpoint, by the rules of Go, which etcdctl has: HTTPS_PROXY and NO_PROXY, each in
/// lower case too, for endpoints with TLS alone, and never for this machine itself. The proxy is asked for a tunnel (CONNECT), so
/// that the member at its end is the one that was named, and proves it. The runtime's own reading of these variables is not used: it
/// happens once a process, takes no networks in NO_PROXY, and falls back to the system's settings.
/// </summary>
internal sealed record EnvironmentProxy
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private EnvironmentProxy(string variable, Uri? address)
    {
        Variable = variable;
        Address = address;
    }

    /// <summary>The variable that names it.</summary>
    public string Variable { get; }

    /// <summary>Where it is; null where the variable's value is no proxy's address. May hold a password.</summary>
    private Uri? Address { get; }

    /// <summary>Why it cannot be used; null where it can. The value is not in it, for it may hold a password.</summary>
    public string? Problem => Address is null ? $"{Variable} does not name a proxy; write http://proxy:3128" : null;

    /// <summary>The proxy that is to be used for an endpoint; null for none.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="read">Gives a variable's value, or null.</param>
    public static EnvironmentProxy? Find(EtcdEndpoint endpoint, Func<string, string?> read)
    {
        if (endpoint.Scheme != "https" || endpoint.IsLoopback || Read("HTTPS_PROXY", read) is not var (variable, value))
        {
            return null;
        }

        var exceptions = Read("NO_PROXY", read)?.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return exceptions?.Any(e => Matches(e, endpoint)) == true ? null : new EnvironmentProxy(variable, Parse(value.Trim()));
    }

    /// <summary>The proxy for the runtime's HTTP stack.</summary>
    /// <exception cref="InvalidOperationException">There is a <see cref="Problem"/>.</exception>
    public WebProxy ToWebProxy()
    {
        var address = Address ?? throw new InvalidOperationException(Problem);
        var user = address.UserInfo.Split(':', 2);

        // Apart from the address, so that no message of the HTTP stack repeats them.
        return new WebProxy(ToString())
        {
            Credentials = user[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "")),
        };
    }

    /// <summary>The address without user and password.</summary>
    public override string ToString() => Address?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? Variable;

    private static (string Variable, string Value)? Read(string variable, Func<string, string?> read)
    {
        string[] spellings = [variable, variable.ToLowerInvariant()];
        return spellings.Select(s => (s, read(s))).FirstOrDefault(s => !string.IsNullOrWhiteSpace(s.Item2)) is var (name, value) && value is not null
            ? (name, value)
            : null;
    }

    private static Uri? Parse(string value) =>
        Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out var address)
        && Schemes.Contains(address.Scheme, StringComparer.Ordinal) && address.Host.Length > 0
            ? address
            : null;

    /// <summary>An entry is *, an address, a network, or a name, which stands for those below it too; the last three may have a port.</summary>
    private static bool Matches(string entry, EtcdEndpoint endpoint)
    {
        var isAddress = IPAddress.TryParse(endpoint.Host, out var address);
        if (entry == "*" || (isAddress && IsIn(entry, address!)))
        {
            return true;
        }

        var (host, port) = Split(entry);
        if (port is not null && port != endpoint.Port.ToString(CultureInfo.InvariantCulture))
        {
            return false;
        }

        if (isAddress)
        {
            return IPAddress.TryParse(host, out var excepted) && excepted.Equals(address);
        }

        var domain = host.TrimStart('*');
        return endpoint.Host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || endpoint.Host.EndsWith(domain.StartsWith('.') ? domain : "." + domain, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Go takes an address within the network for the network, as in 10.0.0.5/8, which the runtime's own reading refuses.</summary>
    private static bool IsIn(string entry, IPAddress address)
    {
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(entry[..slash], out var within) || !int.TryParse(entry[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        var (a, b) = (address.GetAddressBytes(), within.GetAddressBytes());
        return a.Length == b.Length && bits <= 8 * a.Length && Enumerable.Range(0, bits).All(i => ((a[i / 8] ^ b[i / 8]) & (0x80 >> (i % 8))) == 0);
    }

    private static (string Host, string? Port) Split(string entry)
    {
        var close = entry.IndexOf(']', StringComparison.Ordinal);
        var colon = entry.IndexOf(':', Math.Max(close, 0));
        var isBareAddress = close < 0 && entry.Count(c => c == ':') > 1;
        return isBareAddress || colon < 0 ? (entry.Trim('[', ']'), null) : (entry[..colon].Trim('[', ']'), entry[(colon + 1)..]);
    }
}
