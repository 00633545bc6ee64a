using System.Net;
using EtcdDefrag.Connection;
using EtcdDefrag.Grpc.Connecting;
using Google.Protobuf;

namespace EtcdDefrag.Grpc.Wire;

/// <summary>
/// Unary gRPC calls to one endpoint over one HTTP/2 connection, which is made at the first call, kept, and made again when it is
/// lost. Retries nothing.
/// </summary>
internal sealed class GrpcChannel(MemberHttp http, TimeProvider time, Action<EtcdCall>? onCall = null)
{
    /// <summary>Makes a call and waits for its answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The message.</param>
    /// <param name="deadline">How long to wait for the answer once connected.</param>
    /// <param name="token">The user's token; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">The call failed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<TAnswer> CallAsync<TAnswer>(
        GrpcMethod<TAnswer> method, IMessage request, TimeSpan deadline, string? token, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        var started = time.GetTimestamp();
        try
        {
            var answer = await CallOnceAsync(method, request, deadline, token, cancellationToken).ConfigureAwait(false);
            onCall?.Invoke(new EtcdCall(http.Endpoint.ToString(), method.Path, time.GetElapsedTime(started), null));
            return answer;
        }
        catch (Exception failure) when (onCall is not null)
        {
            onCall(new EtcdCall(http.Endpoint.ToString(), method.Path, time.GetElapsedTime(started), failure));
            throw;
        }
    }

    private async Task<TAnswer> CallOnceAsync<TAnswer>(
        GrpcMethod<TAnswer> method, IMessage request, TimeSpan deadline, string? token, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        // Two clocks in one: until there is a connection the time to connect counts too, and from then on only the deadline.
        using var overdue = new CancellationTokenSource(deadline + http.Options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        using var content = new GrpcContent(GrpcFrame.Write(request), method.ChangesState, onSend: () => overdue.CancelAfter(deadline));
        try
        {
            using var message = CreateRequest(method.Path, content, deadline, token);
            using var response = await http.SendAsync(message, either.Token).ConfigureAwait(false);
            return await ReadAsync(method, response, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not EtcdException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw overdue.IsCancellationRequested
                ? TimedOut(method.Name, $"no answer within {Seconds(deadline)} s", failure)
                : await http.ExplainAsync(failure, method.Name, method.ChangesState && content.WasSent, cancellationToken).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage CreateRequest(string path, GrpcContent content, TimeSpan deadline, string? token)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, http.Endpoint.ToRequestUri(path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TryAddWithoutValidation("te", "trailers");
        message.Headers.TryAddWithoutValidation("user-agent", "etcd-defrag");
        message.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Write(deadline));
        if (token is not null)
        {
            message.Headers.TryAddWithoutValidation("token", token);
        }

        return message;
    }

    private async Task<TAnswer> ReadAsync<TAnswer>(GrpcMethod<TAnswer> method, HttpResponseMessage response, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        CheckIsGrpc(response);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var streamScope = stream.ConfigureAwait(false);
        var body = await GrpcFrame.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        return GrpcStatus.Read(response) switch
        {
            null => throw new EndOfStreamException("its answer ended without a status"),
            { Code: EtcdStatusCode.Ok } => Parse(method, body),
            { Code: EtcdStatusCode.DeadlineExceeded } late => throw TimedOut(method.Name, late.Message, null),
            { } refused => throw new EtcdException(EtcdFailure.Refused, refused.Code, http.Endpoint, method.Name, refused.Message),
        };
    }

    private static void CheckIsGrpc(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode != HttpStatusCode.OK || type?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new GrpcFormatException($"it answers HTTP {(int)response.StatusCode} with {type ?? "no content type"}, not gRPC");
        }
    }

    private static TAnswer Parse<TAnswer>(GrpcMethod<TAnswer> method, byte[]? body)
        where TAnswer : IMessage<TAnswer>
    {
        if (body is null)
        {
            throw new GrpcFormatException($"its answer to {method.Name} holds no message");
        }

        try
        {
            return method.Parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException unreadable)
        {
            throw new GrpcFormatException($"its answer to {method.Name} cannot be read", unreadable);
        }
    }

    private EtcdException TimedOut(string call, string detail, Exception? inner) =>
        new(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, http.Endpoint, call, detail, inner);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
