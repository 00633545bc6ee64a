using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace EtcdDefrag.Connection;

/// <summary>Reads the text of an endpoint. What is wrong with one is the end of a sentence.</summary>
internal static class EndpointReader
{
    // What a socket address of the system holds, with the zero at the end (sun_path: 108 on Linux, 104 on macOS).
    private const int MaxSocketPathBytes = 103;

    private const string HasComma = "it contains a comma; give several endpoints as a list";

    public static bool TryRead(
        string? text, string defaultScheme, [NotNullWhen(true)] out EtcdEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = "it is empty";
            return false;
        }

        // User information comes first: a password in a URL would end up in every message that repeats a part of it.
        var (scheme, rest) = SplitScheme(text.Trim(), defaultScheme);
        var isSocket = scheme is "unix" or "unixs";
        rest = isSocket ? ReadSocketPath(rest, OperatingSystem.IsWindows()) : rest;
        var (host, port) = ("localhost", 0);
        problem = isSocket ? FindSocketProblem(rest)
            : text.Contains('@') ? "it contains user information; give user and password separately"
            : scheme is not ("http" or "https") ? $"the scheme '{scheme}' is not one of http, https, unix, unixs"
            : FindStrayPart(rest) ?? ReadHostAndPort(rest.EndsWith('/') ? rest[..^1] : rest, out host, out port);
        endpoint = problem is null ? new EtcdEndpoint(scheme, host, port, isSocket ? rest : null) : null;
        return endpoint is not null;
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
        var colon = text.IndexOf(':');
        return isSocket ? (text[..colon], text[(colon + 1)..]) : (defaultScheme, text);
    }

    /// <summary>The path of a socket file. In a URL a slash precedes a drive: <c>unix:///C:/etcd.sock</c>.</summary>
    internal static string ReadSocketPath(string path, bool isWindows) => !isWindows ? path
        : path is ['/', _, ':', ..] && char.IsAsciiLetter(path[1]) ? path[1..].Replace('\\', '/')
        : path.Replace('\\', '/');

    private static string? FindSocketProblem(string path) =>
        path.Length == 0 ? "it names no socket file; write unix:///run/etcd.sock"
        : path.Contains(',') ? HasComma
        : Encoding.UTF8.GetByteCount(path) <= MaxSocketPathBytes ? null
        : $"the path of its socket file is longer than {MaxSocketPathBytes} bytes, which no socket address holds";

    private static string? FindStrayPart(string rest)
    {
        var slash = rest.IndexOf('/');
        return rest.Contains(',') ? HasComma
            : rest.IndexOfAny(['?', '#']) >= 0 ? "it contains a query or a fragment; an endpoint is only scheme, host and port"
            : slash >= 0 && slash < rest.Length - 1 ? $"it contains the path '{rest[slash..]}'; an endpoint is only scheme, host and port"
            : null;
    }

    private static string? ReadHostAndPort(string text, out string host, out int port)
    {
        (host, port) = (text, EtcdEndpoint.DefaultPort);
        string? portText;
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']');
            var tail = text[(close + 1)..];
            host = text[1..Math.Max(1, close)];
            if (tail is not ("" or [':', ..]) || !IPAddress.TryParse(host, out _) || !host.Contains(':'))
            {
                return "the brackets do not hold an IPv6 address; write [::1]:2379";
            }

            portText = tail.Length > 0 ? tail[1..] : null;
        }
        else if (text.Count(c => c == ':') > 1)
        {
            return "an IPv6 address must be in brackets; write [::1]:2379";
        }
        else
        {
            var colon = text.IndexOf(':');
            portText = colon < 0 ? null : text[(colon + 1)..];

            // etcdctl takes ":2379", which Go dials as this machine.
            host = colon < 0 ? text : colon == 0 && portText!.Length > 0 ? "127.0.0.1" : text[..colon];
        }

        var problem = host.Length == 0 ? "it names no host"
            : Uri.CheckHostName(host) == UriHostNameType.Unknown ? $"'{host}' is not a host name or an IP address"
            : FindPortProblem(portText, ref port);
        host = problem is null ? Normalize(host) : host;
        return problem;
    }

    /// <summary>One spelling for each host (RFC 3986, section 6.2.2.1; RFC 5952), so that a member named twice is one member.</summary>
    private static string Normalize(string host) =>
        host.Contains(':') && IPAddress.TryParse(host, out var address) ? address.ToString() : host.ToLowerInvariant();

    private static string? FindPortProblem(string? text, ref int port)
    {
        var isValid = text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535);
        return isValid ? null : $"the port '{text}' is not a number from 1 to 65535";
    }
}
