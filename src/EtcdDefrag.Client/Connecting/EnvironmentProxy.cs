using System.Globalization;
using System.Net;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// The HTTP proxy that the environment names for an endpoint, by the rules of Go, which etcdctl follows: HTTPS_PROXY and NO_PROXY, also in
/// lower case, only for endpoints with TLS, and never for this machine itself. The proxy is asked for a tunnel (CONNECT), so that the
/// member at its end is the one that was named, and proves it. The runtime's own reading of these variables is not used: it happens once
/// per process, knows no networks in NO_PROXY, and falls back to the system's settings.
/// </summary>
/// <param name="variable">The variable that names the proxy.</param>
/// <param name="address">Where it is; null if the variable's value is not a proxy's address. May contain a password.</param>
internal sealed class EnvironmentProxy(string variable, Uri? address)
{
    public string Variable => variable;

    /// <summary>Why it cannot be used. The variable's value is not part of it, because it may contain a password.</summary>
    public string? Problem => address is null ? $"{variable} does not name a proxy; write http://proxy:3128" : null;

    /// <summary>Finds the proxy for an endpoint; null for none.</summary>
    public static EnvironmentProxy? Find(EtcdEndpoint endpoint, Func<string, string?> read)
    {
        if (endpoint.Scheme != "https" || endpoint.IsLoopback || FindSet("HTTPS_PROXY", read) is not { } variable)
        {
            return null;
        }

        var exceptions = FindSet("NO_PROXY", read) is { } noProxy ? read(noProxy)! : "";
        return exceptions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(e => Matches(e, endpoint))
            ? null
            : new EnvironmentProxy(variable, Parse(read(variable)!.Trim()));
    }

    /// <summary>The proxy for the runtime's HTTP stack.</summary>
    /// <exception cref="InvalidOperationException">There is a <see cref="Problem"/>.</exception>
    public WebProxy ToWebProxy()
    {
        var userInfo = (address ?? throw new InvalidOperationException(Problem)).UserInfo;
        var parts = Array.ConvertAll(userInfo.Split(':', 2), Uri.UnescapeDataString);

        // Separate from the address, so that no message of the HTTP stack repeats them.
        var credential = new NetworkCredential(parts[0], parts.Length > 1 ? parts[1] : "");
        return new WebProxy(ToString()) { Credentials = userInfo.Length == 0 ? null : credential };
    }

    /// <summary>The address without user and password.</summary>
    public override string ToString() => address?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? variable;

    private static string? FindSet(string variable, Func<string, string?> read) =>
        Array.Find([variable, variable.ToLowerInvariant()], spelling => !string.IsNullOrWhiteSpace(read(spelling)));

    private static Uri? Parse(string value) =>
        Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out var address)
        && address is { Scheme: "http" or "https" or "socks4" or "socks4a" or "socks5", Host.Length: > 0 }
            ? address
            : null;

    /// <summary>An entry is *, a network, an address, or a name, which includes those below it; the last two may have a port.</summary>
    private static bool Matches(string entry, EtcdEndpoint endpoint)
    {
        if (entry == "*")
        {
            return true;
        }

        if (IPAddress.TryParse(endpoint.Host, out var address))
        {
            var isSame = IPEndPoint.TryParse(entry, out var given) && given.Address.Equals(address);
            return IsIn(entry, address) || (isSame && (given!.Port == 0 || given.Port == endpoint.Port));
        }

        var parts = entry.Split(':', 2);
        var domain = parts[0].TrimStart('*');
        return (parts.Length == 1 || parts[1] == endpoint.Port.ToString(CultureInfo.InvariantCulture))
            && (endpoint.Host.Equals(domain, StringComparison.OrdinalIgnoreCase)
                || endpoint.Host.EndsWith(domain.StartsWith('.') ? domain : "." + domain, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Go accepts an address for its network, as in 10.0.0.5/8, which the runtime's IPNetwork refuses.</summary>
    private static bool IsIn(string entry, IPAddress address)
    {
        var parts = entry.Split('/');
        if (parts.Length != 2 || !IPAddress.TryParse(parts[0], out var within)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        var (a, b) = (address.GetAddressBytes(), within.GetAddressBytes());
        return a.Length == b.Length && bits <= 8 * a.Length
            && Enumerable.Range(0, bits).All(i => ((a[i / 8] ^ b[i / 8]) & (0x80 >> (i % 8))) == 0);
    }
}
