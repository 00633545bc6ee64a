using System.Globalization;
using System.Net.Http.Headers;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Calls;

/// <summary>
/// One call, as seen below the gRPC library. The library makes a status of every failure, its own and the network's; only here is it
/// known what the member sent, and whether the call can have reached it.
/// </summary>
internal sealed class MemberCall : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;
    private int _timesSent;

    public MemberCall(
        EtcdMethod method, bool isStream, TimeSpan deadline, TimeSpan connectionTimeout, TimeProvider time,
        CancellationToken cancellationToken)
    {
        Method = method;
        IsStream = isStream;
        Deadline = deadline;

        // Until there is a connection, the time to connect counts too; from then on only the deadline.
        _timeout = new CancellationTokenSource(deadline + connectionTimeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _timeout.Token);
    }

    public EtcdMethod Method { get; }

    /// <summary>Whether it is answered by any number of messages, each of which must come within the deadline.</summary>
    public bool IsStream { get; }

    public TimeSpan Deadline { get; }

    /// <summary>Ends the call when the caller gives up or its time is over.</summary>
    public CancellationToken Token => _either.Token;

    public bool HasTimedOut => _timeout.IsCancellationRequested;

    /// <summary>Called before the first byte of the message may leave.</summary>
    public Action? Sending { get; init; }

    /// <summary>Whether the member may be changing something.</summary>
    public bool MayHaveBegun => Method.ChangesState && Volatile.Read(ref _timesSent) > 0;

    public HttpResponseMessage? Response { get; set; }

    /// <summary>What kept a response from coming.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Called when there is a connection and the message is being sent.</summary>
    /// <exception cref="IOException">It would be sent again, and must not.</exception>
    public void BeginSending()
    {
        if (Interlocked.Increment(ref _timesSent) > 1 && Method.ChangesState)
        {
            throw new IOException("the connection was lost, and this call is not made twice");
        }

        Sending?.Invoke();
        RestartDeadline();
    }

    public void RestartDeadline() => _timeout.CancelAfter(Deadline);

    /// <summary>Stops the clock while the caller works on a message.</summary>
    public void PauseDeadline() => _timeout.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>The status that the server sent in the trailers, or in the headers if it sent nothing else; null if it sent none.</summary>
    public GrpcStatus? FindStatus() =>
        Response is null ? null : GrpcStatus.Read(Response.TrailingHeaders) ?? GrpcStatus.Read(Response.Headers);

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}

internal sealed record GrpcStatus(EtcdStatusCode Code, string Message)
{
    public static GrpcStatus? Read(HttpResponseHeaders headers)
    {
        if (Find(headers, "grpc-status") is not { } text)
        {
            return null;
        }

        // As gRPC prescribes: a code that is not known is Unknown, and the message is percent-encoded UTF-8.
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var code = isNumber && Enum.IsDefined((EtcdStatusCode)number) ? (EtcdStatusCode)number : EtcdStatusCode.Unknown;
        return new GrpcStatus(code, Uri.UnescapeDataString(Find(headers, "grpc-message") ?? ""));
    }

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

/// <summary>A method of one of etcd's services.</summary>
/// <param name="Path">The service and the method, for example <c>KV/Range</c>.</param>
/// <param name="ChangesState">Whether the call changes the member: its bytes then leave this process at most once.</param>
internal sealed record EtcdMethod(string Path, bool ChangesState)
{
    public string Name => Path[(Path.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
