using System.Net.Sockets;
using System.Security.Authentication;
using EtcdDefrag.Connection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.Connecting;

/// <summary>Finds out what a failed call means: whether the member can have received it, and what to tell the user.</summary>
internal static class CallFailure
{
    // RFC 9113, section 7.
    private const long ProtocolError = 1;

    /// <summary>Turns whatever the HTTP stack threw into the one typed exception.</summary>
    public static EtcdException Explain(
        Exception thrown, EtcdEndpoint endpoint, string call, EtcdConnectionOptions options, bool mayHaveBegun, EnvironmentProxy? proxy)
    {
        var through = proxy is null ? "" : $" through {Name(proxy)}";
        return thrown switch
        {
            InvalidDataException wrong => As(EtcdFailure.NotEtcd, wrong.Message),
            OperationCanceledException when !mayHaveBegun =>
                As(EtcdFailure.Unreachable, $"no connection within {Units.Seconds(options.ConnectionTimeout)}{through}"),
            HttpRequestException http when proxy is not null && IsAboutProxy(http) =>
                As(EtcdFailure.Unreachable, ExplainProxy(http, proxy)),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                As(EtcdFailure.Unreachable, $"the host name '{endpoint.Host}' cannot be resolved"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } http =>
                As(EtcdFailure.Unreachable, ExplainConnect(http, endpoint)),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } http =>
                As(EtcdFailure.TlsFailed, $"the TLS handshake failed: {FindTlsFailure(http).Message}"),
            _ when !mayHaveBegun && SpeaksAnotherProtocol(thrown) =>
                As(EtcdFailure.NotEtcd, "what listens there did not answer in HTTP/2"),
            _ => As(EtcdFailure.ConnectionLost, Chain(thrown).Last().Message),
        };

        EtcdException As(EtcdFailure failure, string detail)
        {
            var code = failure == EtcdFailure.NotEtcd ? EtcdStatusCode.Internal : EtcdStatusCode.Unavailable;
            return new EtcdException(failure, code, endpoint, call, detail.TrimEnd('.'), thrown);
        }
    }

    /// <summary>Whether it was the TLS handshake that failed.</summary>
    public static bool IsAboutTls(Exception thrown) => Chain(thrown).Any(
        e => e is AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError });

    /// <summary>The exception and all its inner ones.</summary>
    public static IEnumerable<Exception> Chain(Exception thrown)
    {
        for (Exception? e = thrown; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }

    private static Exception FindTlsFailure(Exception thrown) =>
        Chain(thrown).LastOrDefault(e => e is AuthenticationException) ?? Chain(thrown).Last();

    private static bool IsAboutProxy(HttpRequestException http) => http.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError;

    /// <summary>The connection is made to the proxy; only the proxy has tried to reach the member.</summary>
    private static string ExplainProxy(HttpRequestException http, EnvironmentProxy proxy)
    {
        var what = http.HttpRequestError == HttpRequestError.ProxyTunnelError ? "refused the tunnel" : "cannot be reached";
        return proxy.Problem ?? $"{Name(proxy)} {what}: {Chain(http).Last().Message}";
    }

    private static string Name(EnvironmentProxy proxy) => $"the proxy {proxy} ({proxy.Variable})";

    private static string ExplainConnect(HttpRequestException http, EtcdEndpoint endpoint) =>
        Chain(http).OfType<SocketException>().LastOrDefault()?.SocketErrorCode switch
        {
            _ when endpoint.SocketPath is { } path && !File.Exists(path) => $"there is no socket file '{path}'",
            SocketError.AccessDenied when endpoint.SocketPath is not null => "this user may not use the socket file",
            SocketError.ConnectionRefused => "nothing listens there (connection refused)",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to the host",
            SocketError.TimedOut => "the connection attempt timed out",
            _ => Chain(http).Last().Message,
        };

    /// <summary>
    /// Another protocol either ends the HTTP/2 handshake, for which the runtime has no code but only a message, or is found to be invalid
    /// data, since a request can be on its way before the server's part of the handshake has arrived.
    /// </summary>
    private static bool SpeaksAnotherProtocol(Exception thrown) => Chain(thrown).Any(e => e switch
    {
        // A member that does not answer a ping has the same code, and differs only in the message.
        HttpProtocolException protocol =>
            protocol.ErrorCode == ProtocolError && !protocol.Message.Contains("ping", StringComparison.OrdinalIgnoreCase),
        IOException or HttpRequestException => e.Message.Contains("HTTP/2 handshake", StringComparison.Ordinal),
        _ => false,
    });
}
