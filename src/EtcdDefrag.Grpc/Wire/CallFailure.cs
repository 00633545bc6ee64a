using System.Net.Sockets;
using System.Security.Authentication;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Grpc.Wire;

/// <summary>Finds out what a failed call means: whether the member can have seen it, and what to tell the user.</summary>
internal static class CallFailure
{
    // RFC 9113, section 7.
    private const long ProtocolError = 1;

    /// <summary>Turns whatever the HTTP stack threw into the one typed exception.</summary>
    public static EtcdException Explain(
        Exception thrown, EtcdEndpoint endpoint, string call, EtcdConnectionOptions options, bool mayHaveBegun)
    {
        var (failure, code, detail) = Classify(thrown, endpoint, options, mayHaveBegun);
        return new EtcdException(failure, code, endpoint, call, detail.TrimEnd('.'), thrown);
    }

    private static (EtcdFailure Failure, EtcdStatusCode Code, string Detail) Classify(
        Exception thrown, EtcdEndpoint endpoint, EtcdConnectionOptions options, bool mayHaveBegun) => thrown switch
    {
        GrpcFormatException wrong => (EtcdFailure.NotEtcd, EtcdStatusCode.Internal, wrong.Message),
        OperationCanceledException => Unreachable($"no connection within {options.ConnectionTimeout.TotalSeconds} s"),
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
        HttpProtocolException protocol => protocol.ErrorCode == ProtocolError,
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
