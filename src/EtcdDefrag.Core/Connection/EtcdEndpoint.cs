using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>
/// The client address of one etcd member, as <c>etcdctl --endpoints</c> takes it: <c>https://10.0.0.1:2379</c>, <c>host:2379</c>,
/// <c>unix:///run/etcd.sock</c>. Parsed once and checked whole, so that a bad address is refused before anything is sent.
/// </summary>
public sealed record EtcdEndpoint
{
    /// <summary>etcd's default client port, for an endpoint without a port.</summary>
    internal const int DefaultPort = 2379;

    internal EtcdEndpoint(string scheme, string host, int port, string? socketPath = null)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        SocketPath = socketPath;
    }

    /// <summary><c>http</c> or <c>https</c>, or <c>unix</c> or <c>unixs</c> (with TLS) for a socket file.</summary>
    public string Scheme { get; }

    /// <summary>Host name or IP address; an IPv6 address without its brackets. <c>localhost</c> for a socket file.</summary>
    public string Host { get; }

    /// <summary>TCP port, 1 to 65535; 0 for a socket file.</summary>
    public int Port { get; }

    /// <summary>The socket file's path; null for a network address.</summary>
    public string? SocketPath { get; }

    /// <summary>Whether the connection uses TLS.</summary>
    public bool IsSecure => Scheme is "https" or "unixs";

    /// <summary>Whether it is this machine's loopback address as it is written: no name is looked up.</summary>
    public bool IsLoopback => SocketPath is null
        && (Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address)));

    /// <summary>The endpoint as a URL without a path, for example <c>http://[::1]:2379</c> or <c>unix:///run/etcd.sock</c>.</summary>
    public override string ToString() => SocketPath is null ? WriteUrl() : $"{Scheme}://{SocketPath}";

    /// <summary>Parses one endpoint; without a scheme it means http.</summary>
    /// <param name="text">See <see cref="Parse(string, string)"/>.</param>
    /// <exception cref="EtcdEndpointException">The text is not a valid endpoint; the message says what is wrong with it.</exception>
    public static EtcdEndpoint Parse(string text) => Parse(text, "http");

    /// <summary>Parses one endpoint.</summary>
    /// <param name="text">For example <c>https://10.0.0.1:2379</c>, <c>etcd-0</c>, <c>[::1]:2379</c>, <c>unix:///run/etcd.sock</c>.</param>
    /// <param name="defaultScheme">What a text without a scheme means: <c>http</c> or <c>https</c>.</param>
    /// <exception cref="EtcdEndpointException">The text is not a valid endpoint; the message says what is wrong with it.</exception>
    public static EtcdEndpoint Parse(string text, string defaultScheme) =>
        EndpointReader.TryRead(text, defaultScheme, out var endpoint, out var problem)
            ? endpoint
            : throw new EtcdEndpointException(text ?? "", problem);

    internal static bool TryParse(
        string? text, [NotNullWhen(true)] out EtcdEndpoint? endpoint, [NotNullWhen(false)] out string? problem) =>
        EndpointReader.TryRead(text, "http", out endpoint, out problem);

    /// <summary>
    /// Splits several endpoints in one text, separated by commas, as <c>etcdctl --endpoints</c> takes them. A text with user information
    /// stays whole: a password may contain commas, and is refused without showing any part of it.
    /// </summary>
    internal static IReadOnlyList<string> Split(string text) => text.Contains('@') ? [text] : text.Split(',');

    /// <summary>
    /// A text that was given for one or several endpoints, without whatever may be user information or a query, where tokens stand. Of
    /// several endpoints, that may be more than it is.
    /// </summary>
    internal static string Redact(string text)
    {
        const string Hidden = "***";
        var at = Math.Max(0, text.LastIndexOf('@'));
        var query = text.IndexOfAny(['?', '#']);
        var rest = query < 0 ? text[at..] : query >= at ? $"{text[at..(query + 1)]}{Hidden}" : "";
        if (at == 0)
        {
            return rest;
        }

        // What precedes "://" is surely no password only if it contains no colon of its own.
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var isScheme = scheme >= 0 && scheme < at && text.IndexOf(':') == scheme;
        return (isScheme ? text[..(scheme + 3)] : "") + Hidden + rest;
    }

    /// <summary>The URL of a request to this endpoint, for an HTTP client that knows how to connect to it.</summary>
    internal Uri ToRequestUri(string path) =>
        new((SocketPath is null ? WriteUrl() : IsSecure ? "https://localhost" : "http://localhost") + path);

    private string WriteUrl() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");
}

/// <summary>A text is not a valid endpoint. Nothing was sent.</summary>
public sealed class EtcdEndpointException : FormatException
{
    internal EtcdEndpointException(string endpoint, string problem)
        : base($"'{DisplayText.Value(EtcdEndpoint.Redact(endpoint))}' is not a valid etcd endpoint: {DisplayText.Value(problem)}.") =>
        Endpoint = EtcdEndpoint.Redact(endpoint);

    /// <summary>The refused text, without user information.</summary>
    public string Endpoint { get; }
}
