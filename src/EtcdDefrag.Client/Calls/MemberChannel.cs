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
/// <see cref="CallHandler"/> ensures that the HTTP stack sends nothing twice.
/// </summary>
internal sealed class MemberChannel(MemberHttp http, TimeProvider time, Action<EtcdCall>? onCall) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(http.Endpoint.ToRequestUri("/"), new GrpcChannelOptions
    {
        HttpHandler = new CallHandler(http),
        DisposeHttpClient = true,

        // gRPC's own default. No compression is offered, so that no small answer can become a large one.
        MaxReceiveMessageSize = 4 * 1024 * 1024,
        CompressionProviders = [],
    });

    /// <summary>What dotnet-etcd's typed clients make their calls with, inside a call that is begun here.</summary>
    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>Makes a call and waits for its one answer; the deadline counts from when there is a connection.</summary>
    /// <exception cref="EtcdException">The call failed.</exception>
    public async Task<TAnswer> CallAsync<TAnswer>(
        EtcdMethod method, Func<CallOptions, Task<TAnswer>> startAsync, TimeSpan deadline, string? token,
        CancellationToken cancellationToken, Action? onSending = null)
    {
        var started = time.GetTimestamp();
        Exception? failure = null;
        using var call = Begin(method, isStream: false, deadline, onSending, cancellationToken);
        try
        {
            return await startAsync(Prepare(call, token)).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = await ExplainAsync(call, thrown, cancellationToken).ConfigureAwait(false);
            throw failure;
        }
        finally
        {
            Report(method, started, failure);
        }
    }

    /// <summary>Makes a call that is answered by any number of messages, each of which must come within the timeout.</summary>
    /// <exception cref="EtcdException">The call failed; the messages before that were returned.</exception>
    public async IAsyncEnumerable<TAnswer> StreamAsync<TAnswer>(
        EtcdMethod method, Func<CallOptions, AsyncServerStreamingCall<TAnswer>> start, TimeSpan timeout, string? token,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        Exception? end = new OperationCanceledException("The caller stopped reading.");
        using var call = Begin(method, isStream: true, timeout, onSending: null, cancellationToken);
        AsyncServerStreamingCall<TAnswer>? stream = null;
        try
        {
            while (await HasNextAsync().ConfigureAwait(false))
            {
                call.PauseDeadline();
                yield return stream!.ResponseStream.Current;
                call.RestartDeadline();
            }

            end = null;
        }
        finally
        {
            stream?.Dispose();
            Report(method, started, end);
        }

        async Task<bool> HasNextAsync()
        {
            try
            {
                stream ??= start(Prepare(call, token));
                return await stream.ResponseStream.MoveNext(call.Token).ConfigureAwait(false);
            }
            catch (Exception thrown)
            {
                end = await ExplainAsync(call, thrown, cancellationToken).ConfigureAwait(false);
                throw end;
            }
        }
    }

    public void Dispose() => _channel.Dispose();

    private MemberCall Begin(EtcdMethod method, bool isStream, TimeSpan deadline, Action? onSending, CancellationToken cancellationToken) =>
        new(method, isStream, deadline, http.Options.ConnectionTimeout, time, cancellationToken) { Sending = onSending };

    private static CallOptions Prepare(MemberCall call, string? token)
    {
        CallHandler.Expect(call);

        // The deadline is not the library's: its clock begins before there is a connection.
        return new CallOptions(token is null ? null : new Metadata { { "token", token } }, cancellationToken: call.Token);
    }

    /// <summary>Finds out what a failed call means from what is known of it below the library.</summary>
    private async Task<Exception> ExplainAsync(MemberCall call, Exception thrown, CancellationToken cancellationToken)
    {
        if (call.FindStatus() is { Code: not EtcdStatusCode.Ok } status)
        {
            return status.Code == EtcdStatusCode.DeadlineExceeded
                ? TimedOut(call, status.Message, inner: null)
                : new EtcdException(EtcdFailure.Refused, status.Code, http.Endpoint, call.Method.Name, status.Message);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }

        var failure = call.Failure ?? FindFailure(call, thrown);
        return call.HasTimedOut
            ? TimedOut(call, $"no answer within {Units.Seconds(call.Deadline)}", failure)
            : await http.ExplainAsync(failure, call.Method.Name, call.MayHaveBegun, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells an answer that was cut off, after which the outcome is open, from one that gRPC does not allow.</summary>
    private static Exception FindFailure(MemberCall call, Exception thrown) => (thrown as RpcException)?.Status switch
    {
        null => thrown,
        { DebugException: InvalidDataException cut } when cut.Message.StartsWith("Unexpected end of content", StringComparison.Ordinal) =>
            new EndOfStreamException("its answer ends within a message"),
        { DebugException: null, StatusCode: not (StatusCode.Internal or StatusCode.ResourceExhausted or StatusCode.Unimplemented) } =>
            new EndOfStreamException("its answer ended without a status"),
        { DebugException: null or InvalidDataException or InvalidProtocolBufferException } status => new InvalidDataException(
            $"its answer to {call.Method.Name} cannot be read: {status.DebugException?.Message ?? status.Detail}", thrown),
        { DebugException: { } lost } => lost,
    };

    private EtcdException TimedOut(MemberCall call, string detail, Exception? inner) =>
        new(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, http.Endpoint, call.Method.Name, detail, inner);

    private void Report(EtcdMethod method, long started, Exception? failure)
    {
        http.HasFailed |= failure is not (null or EtcdException { Failure: EtcdFailure.Refused });
        onCall?.Invoke(new EtcdCall(http.Endpoint.ToString(), $"/etcdserverpb.{method.Path}", time.GetElapsedTime(started), failure));
    }
}
