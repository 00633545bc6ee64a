using System.Net;
using EtcdDefrag.Connection;
using EtcdDefrag.Client.Connecting;
using Google.Protobuf;

namespace EtcdDefrag.Client.Wire;

/// <summary>
/// gRPC calls to one endpoint over one HTTP/2 connection, which is made at the first call, kept, and made again when it is
/// lost. Retries nothing.
/// </summary>
internal sealed class GrpcChannel(MemberHttp http, TimeProvider time, Action<EtcdCall>? onCall = null)
{
    /// <summary>Makes a call and waits for its one answer.</summary>
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
        var call = new GrpcRequest(method.Path, method.Name, method.ChangesState, request, deadline, IsStream: false);
        return await ToldAsync(call, () => SendAsync(call, token, (response, _, stop) => ReadAsync(method, response, stop), cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Makes a call that is answered by any number of messages.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The message.</param>
    /// <param name="patience">How long to wait for each message once connected.</param>
    /// <param name="token">The user's token; null for none.</param>
    /// <param name="onAnswer">Takes each message before the next is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">The call failed; what came before was handed out.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task StreamAsync<TAnswer>(
        GrpcMethod<TAnswer> method, IMessage request, TimeSpan patience, string? token, Func<TAnswer, Task> onAnswer, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        var call = new GrpcRequest(method.Path, method.Name, method.ChangesState, request, patience, IsStream: true);
        await ToldAsync(call, () => SendAsync(call, token, async (response, waitAgain, stop) =>
        {
            await ReadAllAsync(method, response, onAnswer, waitAgain, stop).ConfigureAwait(false);
            return true;
        }, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<T> ToldAsync<T>(GrpcRequest call, Func<Task<T>> makeAsync)
    {
        var started = time.GetTimestamp();
        try
        {
            var answer = await makeAsync().ConfigureAwait(false);
            onCall?.Invoke(new EtcdCall(http.Endpoint.ToString(), call.Path, time.GetElapsedTime(started), null));
            return answer;
        }
        catch (Exception failure) when (onCall is not null)
        {
            onCall(new EtcdCall(http.Endpoint.ToString(), call.Path, time.GetElapsedTime(started), failure));
            throw;
        }
    }

    private async Task<T> SendAsync<T>(
        GrpcRequest call, string? token, Func<HttpResponseMessage, Action, CancellationToken, Task<T>> readAsync, CancellationToken cancellationToken)
    {
        var deadline = call.Deadline;

        // Two clocks in one: until there is a connection the time to connect counts too, and from then on only the deadline.
        using var overdue = new CancellationTokenSource(deadline + http.Options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        using var content = new GrpcContent(GrpcFrame.Write(call.Message), call.ChangesState, onSend: () => overdue.CancelAfter(deadline));
        try
        {
            using var message = CreateRequest(call, content, token);
            using var response = await http.SendAsync(message, either.Token).ConfigureAwait(false);
            CheckIsGrpc(response);
            return await readAsync(response, () => overdue.CancelAfter(deadline), either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not EtcdException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw overdue.IsCancellationRequested
                ? TimedOut(call.Name, $"no answer within {Seconds(deadline)} s", failure)
                : await http.ExplainAsync(failure, call.Name, call.ChangesState && content.WasSent, cancellationToken).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage CreateRequest(GrpcRequest call, GrpcContent content, string? token)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, http.Endpoint.ToRequestUri(call.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TryAddWithoutValidation("te", "trailers");
        message.Headers.TryAddWithoutValidation("user-agent", "etcd-defrag");
        if (!call.IsStream)
        {
            message.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Write(call.Deadline));
        }

        if (token is not null)
        {
            message.Headers.TryAddWithoutValidation("token", token);
        }

        return message;
    }

    private async Task<TAnswer> ReadAsync<TAnswer>(GrpcMethod<TAnswer> method, HttpResponseMessage response, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var streamScope = stream.ConfigureAwait(false);
        var body = await GrpcFrame.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        CheckStatus(response, method.Name);
        return Parse(method, body);
    }

    private async Task ReadAllAsync<TAnswer>(
        GrpcMethod<TAnswer> method, HttpResponseMessage response, Func<TAnswer, Task> onAnswer, Action waitAgain, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var streamScope = stream.ConfigureAwait(false);
        while (await GrpcFrame.ReadNextAsync(stream, cancellationToken).ConfigureAwait(false) is { } body)
        {
            await onAnswer(Parse(method, body)).ConfigureAwait(false);
            waitAgain();
        }

        CheckStatus(response, method.Name);
    }

    /// <summary>Looks at the trailers, which are there when the answer has been read to its end.</summary>
    private void CheckStatus(HttpResponseMessage response, string call)
    {
        switch (GrpcStatus.Read(response))
        {
            case null:
                throw new EndOfStreamException("its answer ended without a status");
            case { Code: EtcdStatusCode.Ok }:
                return;
            case { Code: EtcdStatusCode.DeadlineExceeded } late:
                throw TimedOut(call, late.Message, null);
            case { } refused:
                throw new EtcdException(EtcdFailure.Refused, refused.Code, http.Endpoint, call, refused.Message);
        }
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

    /// <summary>A call as it goes out, whatever it is answered by.</summary>
    private sealed record GrpcRequest(string Path, string Name, bool ChangesState, IMessage Message, TimeSpan Deadline, bool IsStream);
}
