using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace EtcdDefrag.Connection;

/// <summary>
/// The client address of one etcd member, as <c>etcdctl --endpoints</c> takes it: <c>https://10.0.0.1:2379</c>, or
/// <c>host:2379</c>, which means http. Parsed once and checked whole, so that a bad address is refused before anything is sent.
/// </summary>
public sealed record EtcdEndpoint
{
    /// <summary>etcd's default client port, taken where an endpoint names none.</summary>
    public const int DefaultPort = 2379;

    private EtcdEndpoint(string scheme, string host, int port)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
    }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>Host name or IP address; an IPv6 address without its brackets.</summary>
    public string Host { get; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Whether the connection is made with TLS.</summary>
    public bool IsSecure => Scheme == "https";

    /// <summary>The endpoint as a URL without a path, for example <c>http://[::1]:2379</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{BracketedHost}:{Port}");

    private string BracketedHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>Reads one endpoint.</summary>
    /// <param name="text">For example <c>https://10.0.0.1:2379</c>, <c>etcd-0:2379</c> or <c>[::1]:2379</c>.</param>
    /// <exception cref="EtcdEndpointException">The text is no endpoint; the message says what is wrong with it.</exception>
    public static EtcdEndpoint Parse(string text) =>
        TryParse(text, out var endpoint, out var problem) ? endpoint : throw new EtcdEndpointException(text ?? "", problem);

    /// <summary>Reads one endpoint without throwing.</summary>
    /// <param name="text">See <see cref="Parse"/>.</param>
    /// <param name="endpoint">The endpoint, where there is one.</param>
    /// <param name="problem">What is wrong, where there is none.</param>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out EtcdEndpoint? endpoint,
        [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = "it is empty";
            return false;
        }

        var (scheme, rest) = SplitScheme(text.Trim());
        problem = FindSchemeProblem(scheme) ?? FindStrayPart(rest);
        if (problem is not null)
        {
            return false;
        }

        rest = rest.EndsWith('/') ? rest[..^1] : rest;
        if (!TrySplitHostAndPort(rest, out var host, out var port, out problem))
        {
            return false;
        }

        endpoint = new EtcdEndpoint(scheme, host, port);
        return true;
    }

    private static (string Scheme, string Address) SplitScheme(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? ("http", text) : (text[..at].ToLowerInvariant(), text[(at + 3)..]);
    }

    private static string? FindSchemeProblem(string scheme) => scheme switch
    {
        "http" or "https" => null,
        _ => $"the scheme '{scheme}' is not one of http, https",
    };

    private static string? FindStrayPart(string rest)
    {
        // A password in a URL would end up in every message that names the endpoint.
        if (rest.Contains('@', StringComparison.Ordinal))
        {
            return "it contains user information; give user and password separately";
        }

        if (rest.Contains(',', StringComparison.Ordinal))
        {
            return "it contains a comma; give several endpoints as a list";
        }

        if (rest.IndexOfAny(['?', '#']) >= 0)
        {
            return "it contains a query or a fragment; an endpoint is only scheme, host and port";
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && slash < rest.Length - 1
            ? $"it contains the path '{rest[slash..]}'; an endpoint is only scheme, host and port"
            : null;
    }

    private static bool TrySplitHostAndPort(string text, out string host, out int port, [NotNullWhen(false)] out string? problem)
    {
        port = DefaultPort;
        string? portText = null;
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            host = close < 0 ? text[1..] : text[1..close];
            var tail = close < 0 ? "" : text[(close + 1)..];
            if (close < 0 || (tail.Length > 0 && tail[0] != ':') || !IPAddress.TryParse(host, out _) || !host.Contains(':', StringComparison.Ordinal))
            {
                problem = "the brackets do not hold an IPv6 address; write [::1]:2379";
                return false;
            }

            portText = tail.Length > 0 ? tail[1..] : null;
        }
        else if (text.Count(c => c == ':') > 1)
        {
            host = text;
            problem = "an IPv6 address must stand in brackets; write [::1]:2379";
            return false;
        }
        else
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            host = colon < 0 ? text : text[..colon];
            portText = colon < 0 ? null : text[(colon + 1)..];
        }

        problem = FindHostProblem(host) ?? FindPortProblem(portText, ref port);
        return problem is null;
    }

    private static string? FindHostProblem(string host)
    {
        if (host.Length == 0)
        {
            return "it names no host";
        }

        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? $"'{host}' is not a host name or an IP address" : null;
    }

    private static string? FindPortProblem(string? text, ref int port)
    {
        if (text is null)
        {
            return null;
        }

        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
        return isNumber && port is >= 1 and <= 65535 ? null : $"the port '{text}' is not a number from 1 to 65535";
    }
}
