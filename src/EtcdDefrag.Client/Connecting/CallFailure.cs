using System.Net.Sockets;
using System.Security.Authentication;
using EtcdDefrag.Connection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.Connecting;

/// <summary>Finds out what a failed call means: whether the member can have seen it, and what to tell the user.</summary>
internal static class CallFailure
{
    // RFC 9113, section 7.
    private const long ProtocolError = 1;

    /// <summary>Turns whatever the HTTP stack threw into the one typed exception.</summary>
    public static EtcdException Explain(
        Exception thrown, EtcdEndpoint endpoint, string call, EtcdConnectionOptions options, bool mayHaveBegun, EnvironmentProxy? proxy = null)
    {
        var (failure, code, detail) = Classify(thrown, endpoint, options, mayHaveBegun, proxy);
        return new EtcdException(failure, code, endpoint, call, detail.TrimEnd('.'), thrown);
    }

    /// <summary>Whether it was the TLS handshake that failed.</summary>
    public static bool IsAboutTls(Exception thrown) =>
        Chain(thrown).Any(e => e is AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError });

    private static (EtcdFailure Failure, EtcdStatusCode Code, string Detail) Classify(
        Exception thrown, EtcdEndpoint endpoint, EtcdConnectionOptions options, bool mayHaveBegun, EnvironmentProxy? proxy) => thrown switch
    {
        AnswerFormatException wrong => (EtcdFailure.NotEtcd, EtcdStatusCode.Internal, wrong.Message),
        OperationCanceledException when !mayHaveBegun => Unreachable($"no connection within {Units.Seconds(options.ConnectionTimeout)}{(proxy is null ? "" : $" through {Name(proxy)}")}"),
        HttpRequestException http when proxy is not null && IsAboutProxy(http) => Unreachable(ExplainProxy(http, proxy)),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            Unreachable($"the host name '{endpoint.Host}' cannot be resolved"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } http => Unreachable(ExplainConnect(http, endpoint)),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } http =>
            (EtcdFailure.TlsFailed, EtcdStatusCode.Unavailable, $"the TLS handshake failed: {Innermost<AuthenticationException>(http)?.Message ?? DeepestMessage(http)}"),
        _ when !mayHaveBegun && SpeaksAnotherProtocol(thrown) => (EtcdFailure.NotEtcd, EtcdStatusCode.Internal, "what listens there did not answer in HTTP/2"),
        _ => (EtcdFailure.ConnectionLost, EtcdStatusCode.Unavailable, DeepestMessage(thrown)),
    };

    private static (EtcdFailure Failure, EtcdStatusCode Code, string Detail) Unreachable(string detail) =>
        (EtcdFailure.Unreachable, EtcdStatusCode.Unavailable, detail);

    private static bool IsAboutProxy(HttpRequestException http) =>
        http.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError;

    /// <summary>Who is connected to is the proxy; only it has tried to reach the member.</summary>
    private static string ExplainProxy(HttpRequestException http, EnvironmentProxy proxy) =>
        proxy.Problem
        ?? (http.HttpRequestError == HttpRequestError.ProxyTunnelError ? $"{Name(proxy)} refused the tunnel: {DeepestMessage(http)}" : $"{Name(proxy)} cannot be reached: {DeepestMessage(http)}");

    private static string Name(EnvironmentProxy proxy) => $"the proxy {proxy} ({proxy.Variable})";

    private static string ExplainConnect(HttpRequestException http, EtcdEndpoint endpoint) => Innermost<SocketException>(http)?.SocketErrorCode switch
    {
        _ when endpoint.SocketPath is { } path && !File.Exists(path) => $"there is no socket file '{path}'",
        SocketError.AccessDenied when endpoint.SocketPath is not null => "this user may not use the socket file",
        SocketError.ConnectionRefused => "nothing listens there (connection refused)",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to the host",
        SocketError.TimedOut => "the connection attempt timed out",
        _ => DeepestMessage(http),
    };

    /// <summary>
    /// What is no HTTP/2 either ends the handshake, for which the runtime has no code but only a message, or is met as invalid
    /// data, since a request can be on its way before the server's part of the handshake has arrived.
    /// </summary>
    private static bool SpeaksAnotherProtocol(Exception thrown) => Chain(thrown).Any(e => e switch
    {
        // A member that does not answer a ping has the same code, and only its own words.
        HttpProtocolException protocol => protocol.ErrorCode == ProtocolError && !protocol.Message.Contains("ping", StringComparison.OrdinalIgnoreCase),
        IOException or HttpRequestException => e.Message.Contains("HTTP/2 handshake", StringComparison.Ordinal),
        _ => false,
    });

    private static T? Innermost<T>(Exception thrown)
        where T : Exception => Chain(thrown).OfType<T>().LastOrDefault();

    private static string DeepestMessage(Exception thrown) => Chain(thrown).Last().Message;

    private static IEnumerable<Exception> Chain(Exception thrown)
    {
        for (Exception? e = thrown; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}
