using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace EtcdDefrag.Connection;

/// <summary>Reads the text of an endpoint.</summary>
internal static class EndpointReader
{
    // What the system's socket addresses hold, with the zero at the end (sun_path: 108 on Linux, 104 on macOS).
    private const int MaxSocketPathBytes = 103;

    public static bool TryRead(
        string? text, string defaultScheme, [NotNullWhen(true)] out EtcdEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = "it is empty";
            return false;
        }

        // First of all: a password in a URL would end up in every message that repeats a part of it.
        var (scheme, rest) = SplitScheme(text.Trim(), defaultScheme);
        var isSocket = scheme is "unix" or "unixs";
        problem = !isSocket && text.Contains('@', StringComparison.Ordinal) ? "it contains user information; give user and password separately" : FindSchemeProblem(scheme);
        if (problem is not null)
        {
            return false;
        }

        return isSocket
            ? TryReadSocket(scheme, rest, out endpoint, out problem)
            : TryReadAddress(scheme, rest, out endpoint, out problem);
    }

    private static bool TryReadSocket(
        string scheme, string path, [NotNullWhen(true)] out EtcdEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        problem = path.Length == 0 ? "it names no socket file; write unix:///run/etcd.sock"
            : path.Contains(',', StringComparison.Ordinal) ? "it contains a comma; give several endpoints as a list"
            : Encoding.UTF8.GetByteCount(path) > MaxSocketPathBytes ? $"the path of its socket file is longer than {MaxSocketPathBytes} bytes, which no socket address holds"
            : null;
        endpoint = problem is null ? new EtcdEndpoint(scheme, "localhost", port: 0, path) : null;
        return problem is null;
    }

    private static bool TryReadAddress(
        string scheme, string rest, [NotNullWhen(true)] out EtcdEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        problem = FindStrayPart(rest);
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

    private static (string Scheme, string Address) SplitScheme(string text, string defaultScheme)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        if (at >= 0)
        {
            return (text[..at].ToLowerInvariant(), text[(at + 3)..]);
        }

        // etcdctl takes unix:path too.
        var isSocket = text.StartsWith("unix:", StringComparison.Ordinal) || text.StartsWith("unixs:", StringComparison.Ordinal);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return isSocket ? (text[..colon], text[(colon + 1)..]) : (defaultScheme, text);
    }

    private static string? FindSchemeProblem(string scheme) => scheme switch
    {
        "http" or "https" or "unix" or "unixs" => null,
        _ => $"the scheme '{scheme}' is not one of http, https, unix, unixs",
    };

    private static string? FindStrayPart(string rest)
    {
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
        port = EtcdEndpoint.DefaultPort;
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
            portText = colon < 0 ? null : text[(colon + 1)..];

            // etcdctl takes ":2379", which Go dials as this machine.
            host = colon < 0 ? text : colon == 0 && portText!.Length > 0 ? "127.0.0.1" : text[..colon];
        }

        problem = FindHostProblem(host) ?? FindPortProblem(portText, ref port);
        host = problem is null ? Normalize(host) : host;
        return problem is null;
    }

    /// <summary>One spelling for each host (RFC 3986, section 6.2.2.1; RFC 5952), so that a member named twice is one member.</summary>
    private static string Normalize(string host) =>
        host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out var address) ? address.ToString() : host.ToLowerInvariant();

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
