using System.Runtime.CompilerServices;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;
using EtcdDefrag.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdDefrag.Client.Calls;

/// <summary>
/// gRPC calls to one endpoint over one HTTP/2 connection, which is made at the first call, kept, and made again when it is
/// lost. Retries nothing: without a service configuration the library has neither retries nor balancing, and below it a
/// <see cref="CallHandler"/> sees to it that the HTTP stack sends nothing twice.
/// </summary>
internal sealed class MemberChannel : IDisposable
{
    private readonly MemberHttp _http;
    private readonly TimeProvider _time;
    private readonly Action<EtcdCall>? _onCall;
    private readonly CallHandler _handler;
    private readonly Lazy<GrpcChannel> _channel;

    /// <summary>Prepares calls; nothing is sent yet.</summary>
    public MemberChannel(MemberHttp http, TimeProvider time, Action<EtcdCall>? onCall = null)
    {
        _http = http;
        _time = time;
        _onCall = onCall;
        _handler = new CallHandler(http);
        _channel = new Lazy<GrpcChannel>(Create);
    }

    /// <summary>Makes a call and waits for its one answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The message.</param>
    /// <param name="deadline">How long to wait for the answer once connected.</param>
    /// <param name="token">The user's token; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="onSending">Called before the first byte of the message may leave.</param>
    /// <exception cref="EtcdException">The call failed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<TAnswer> CallAsync<TRequest, TAnswer>(
        EtcdMethod<TRequest, Task<TAnswer>> method, TRequest request, TimeSpan deadline, string? token, CancellationToken cancellationToken,
        Action? onSending = null)
        where TRequest : IMessage
    {
        var started = _time.GetTimestamp();
        using var call = Begin(method.Name, method.ChangesState, isStream: false, deadline, cancellationToken);
        call.Sending = onSending;
        try
        {
            var answer = await method.Start(Invoker, request, CreateOptions(call, request, token)).ConfigureAwait(false);
            Report(method.Path, started, failure: null);
            return answer;
        }
        catch (Exception thrown)
        {
            var failure = await ExplainAsync(call, thrown, cancellationToken).ConfigureAwait(false);
            Report(method.Path, started, failure);
            throw failure;
        }
        finally
        {
            _handler.Forget(call);
        }
    }

    /// <summary>Makes a call that is answered by any number of messages.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The message.</param>
    /// <param name="timeout">How long to wait for each message once connected.</param>
    /// <param name="token">The user's token; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">The call failed; what came before was handed out.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async IAsyncEnumerable<TAnswer> StreamAsync<TRequest, TAnswer>(
        EtcdMethod<TRequest, AsyncServerStreamingCall<TAnswer>> method, TRequest request, TimeSpan timeout, string? token,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var started = _time.GetTimestamp();
        Exception? end = new OperationCanceledException("The caller read no further.");
        using var call = Begin(method.Name, method.ChangesState, isStream: true, timeout, cancellationToken);
        AsyncServerStreamingCall<TAnswer>? stream = null;
        try
        {
            while (await HasNextAsync().ConfigureAwait(false))
            {
                call.Pause();
                yield return stream!.ResponseStream.Current;
                call.WaitAgain();
            }

            end = null;
        }
        finally
        {
            stream?.Dispose();
            _handler.Forget(call);
            Report(method.Path, started, end);
        }

        async Task<bool> HasNextAsync()
        {
            try
            {
                stream ??= method.Start(Invoker, request, CreateOptions(call, request, token));
                return await stream.ResponseStream.MoveNext(call.Token).ConfigureAwait(false);
            }
            catch (Exception thrown)
            {
                end = await ExplainAsync(call, thrown, cancellationToken).ConfigureAwait(false);
                throw end;
            }
        }
    }

    public void Dispose()
    {
        if (_channel.IsValueCreated)
        {
            _channel.Value.Dispose();
        }

        _handler.Dispose();
    }

    private CallInvoker Invoker => _channel.Value.CreateCallInvoker();

    private MemberCall Begin(string name, bool changesState, bool isStream, TimeSpan deadline, CancellationToken cancellationToken) =>
        new(name, changesState, isStream, deadline, _http.Options.ConnectionTimeout, _time, cancellationToken);

    private GrpcChannel Create() => GrpcChannel.ForAddress(_http.Endpoint.ToRequestUri("/"), new GrpcChannelOptions
    {
        HttpHandler = _handler,
        MaxReceiveMessageSize = MemberCall.MaxMessageBytes,
        MaxSendMessageSize = MemberCall.MaxMessageBytes,

        // None is offered, so that no small answer can become a large one.
        CompressionProviders = [],
    });

    private CallOptions CreateOptions(MemberCall call, IMessage request, string? token)
    {
        MemberCall.CheckLength((uint)request.CalculateSize(), "the request");
        var (name, id) = _handler.Expect(call);
        var headers = new Metadata { { name, id } };
        if (token is not null)
        {
            headers.Add("token", token);
        }

        // The deadline is not the library's: its clock begins before there is a connection.
        return new CallOptions(headers, cancellationToken: call.Token);
    }

    /// <summary>Finds out what a failed call means from what is known of it below the library.</summary>
    private async Task<Exception> ExplainAsync(MemberCall call, Exception thrown, CancellationToken cancellationToken)
    {
        if (call.Status is { Code: not EtcdStatusCode.Ok } said)
        {
            return said.Code == EtcdStatusCode.DeadlineExceeded
                ? TimedOut(call, said.Message, inner: null)
                : new EtcdException(EtcdFailure.Refused, said.Code, _http.Endpoint, call.Name, said.Message);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }

        var failure = FindFailure(call, thrown);
        return call.IsOverdue
            ? TimedOut(call, $"no answer within {Units.Seconds(call.Deadline)}", failure)
            : await _http.ExplainAsync(failure, call.Name, call.MayHaveBegun, cancellationToken).ConfigureAwait(false);
    }

    private static Exception FindFailure(MemberCall call, Exception thrown) => (call, thrown) switch
    {
        ({ Failure: { } failure }, _) => failure,
        (_, RpcException { Status.DebugException: InvalidProtocolBufferException unreadable }) =>
            new AnswerFormatException($"its answer to {call.Name} cannot be read", unreadable),
        ({ Status.Code: EtcdStatusCode.Ok }, _) => new AnswerFormatException($"its answer to {call.Name} holds no message", thrown),
        _ => thrown,
    };

    private EtcdException TimedOut(MemberCall call, string detail, Exception? inner) =>
        new(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, _http.Endpoint, call.Name, detail, inner);

    private void Report(string path, long started, Exception? failure) =>
        _onCall?.Invoke(new EtcdCall(_http.Endpoint.ToString(), path, _time.GetElapsedTime(started), failure));
}
