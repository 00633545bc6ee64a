using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>
/// A call to a member failed. Says which call to which endpoint, whether the member may be carrying it out nevertheless, and etcd's own
/// message if it gave one.
/// </summary>
public sealed class EtcdException : Exception
{
    private const int MaxDetail = 1000;

    /// <param name="failure">What happened to the call.</param>
    /// <param name="code">The gRPC status, or the nearest one where no server answered.</param>
    /// <param name="endpoint">The member's address.</param>
    /// <param name="call">The call's name, for example <c>Status</c> or <c>Defragment</c>.</param>
    /// <param name="detail">etcd's message, or what went wrong on the way, as the end of a sentence.</param>
    /// <param name="innerException">The original exception, if any.</param>
    internal EtcdException(
        EtcdFailure failure, EtcdStatusCode code, EtcdEndpoint endpoint, string call, string detail, Exception? innerException = null)
        : base(Describe(failure, code, endpoint, call, Show(detail)), innerException)
    {
        Failure = failure;
        Code = code;
        Endpoint = endpoint;
        Call = call;
        Detail = Show(detail);
    }

    /// <summary>What happened to the call.</summary>
    public EtcdFailure Failure { get; }

    /// <summary>The gRPC status code.</summary>
    public EtcdStatusCode Code { get; }

    /// <summary>The member's address.</summary>
    public EtcdEndpoint Endpoint { get; }

    /// <summary>The call's name.</summary>
    public string Call { get; }

    /// <summary>etcd's own message, or what went wrong on the way; escaped and bounded.</summary>
    public string Detail { get; }

    /// <summary>
    /// Whether the member may have begun what was asked in spite of the failure. True for a lost connection and for a deadline: etcd
    /// continues a defragmentation whatever its client does (v3rpc/maintenance.go). True for Unavailable too: a proxy answers so when it
    /// has lost a member to which it had already passed the call. False where the Authenticate before the call failed: then the call
    /// itself never left this process.
    /// </summary>
    public bool OutcomeIsOpen => Call != "Authenticate" && (
        Failure is EtcdFailure.ConnectionLost or EtcdFailure.TimedOut ||
        this is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.Unavailable });

    // The peer chooses this text, and it becomes part of our sentences.
    private static string Show(string detail) => DisplayText.Of(detail, MaxDetail);

    private static string Describe(EtcdFailure failure, EtcdStatusCode code, EtcdEndpoint endpoint, string call, string detail) =>
        failure switch
        {
            EtcdFailure.Unreachable => $"{endpoint} cannot be reached: {detail}.",
            EtcdFailure.TlsFailed => $"No trusted connection to {endpoint}: {detail}.",
            EtcdFailure.NotEtcd => $"{endpoint} is not an etcd member: {detail}.",
            EtcdFailure.ConnectionLost => $"The connection to {endpoint} was lost during {call}: {detail}.",
            EtcdFailure.TimedOut => $"{endpoint} did not answer {call} in time: {detail}.",
            _ => $"{endpoint} refused {call}: {detail} ({code}, code {(int)code}).",
        };
}

/// <summary>What happened to a call that failed, as far as the client can know.</summary>
public enum EtcdFailure
{
    /// <summary>No connection could be made (name, port, network): the member never received the call.</summary>
    Unreachable,

    /// <summary>
    /// One side refused the other's certificate, or only one of the two uses TLS. The member never received the call.
    /// </summary>
    TlsFailed,

    /// <summary>Something answered that is not an etcd member: the call was not understood.</summary>
    NotEtcd,

    /// <summary>The connection broke after the call had been sent: the member may be carrying it out.</summary>
    ConnectionLost,

    /// <summary>No answer came in the time given: the member may be carrying it out.</summary>
    TimedOut,

    /// <summary>The member answered with an error.</summary>
    Refused,
}

#pragma warning disable CS1591 // gRPC's own names.
/// <summary>The status of a gRPC call, with gRPC's own names and numbers (grpc/doc/statuscodes.md).</summary>
public enum EtcdStatusCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}
#pragma warning restore CS1591
