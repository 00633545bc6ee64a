using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>
/// A call to a member failed. Says which call to which endpoint, whether the member may nevertheless be carrying it out, and
/// etcd's own words where it gave any.
/// </summary>
public sealed class EtcdException : Exception
{
    private const int MaxDetail = 1000;

    /// <summary>Describes the failure of one call.</summary>
    /// <param name="failure">What became of the call.</param>
    /// <param name="code">The gRPC status, the nearest one where no server answered.</param>
    /// <param name="endpoint">The member's address.</param>
    /// <param name="call">The call's name, for example <c>Status</c> or <c>Defragment</c>.</param>
    /// <param name="detail">etcd's message, or what went wrong on the way, as the end of a sentence.</param>
    /// <param name="innerException">The original exception, where there is one.</param>
    public EtcdException(
        EtcdFailure failure, EtcdStatusCode code, EtcdEndpoint endpoint, string call, string detail, Exception? innerException = null)
        : base(Describe(failure, code, endpoint, call, Show(detail)), innerException)
    {
        Failure = failure;
        Code = code;
        Endpoint = endpoint;
        Call = call;
        Detail = Show(detail);
    }

    /// <summary>What became of the call.</summary>
    public EtcdFailure Failure { get; }

    /// <summary>The gRPC status code.</summary>
    public EtcdStatusCode Code { get; }

    /// <summary>The member's address.</summary>
    public EtcdEndpoint Endpoint { get; }

    /// <summary>The call's name.</summary>
    public string Call { get; }

    /// <summary>etcd's own message, or what went wrong on the way; escaped and bounded (<see cref="DisplayText"/>).</summary>
    public string Detail { get; }

    /// <summary>
    /// Whether the member may have begun what was asked in spite of the failure. True for a lost connection and for a deadline:
    /// etcd goes on with a defragmentation whatever its client does (v3rpc/maintenance.go). True also where the answer is
    /// Unavailable: a proxy says so when it has lost a member to which it had already handed the call. False where what failed is the
    /// Authenticate before the call: then the call itself never left this process.
    /// </summary>
    public bool OutcomeIsOpen => Call != "Authenticate" && (
        Failure is EtcdFailure.ConnectionLost or EtcdFailure.TimedOut ||
        this is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.Unavailable });

    // Whoever answers chooses these words, and they stand in the middle of sentences of ours.
    private static string Show(string detail) => DisplayText.Of(detail, MaxDetail);

    private static string Describe(EtcdFailure failure, EtcdStatusCode code, EtcdEndpoint endpoint, string call, string detail) => failure switch
    {
        EtcdFailure.Unreachable => $"{endpoint} cannot be reached: {detail}.",
        EtcdFailure.TlsFailed => $"No trusted connection to {endpoint}: {detail}.",
        EtcdFailure.NotEtcd => $"{endpoint} is not an etcd member: {detail}.",
        EtcdFailure.ConnectionLost => $"The connection to {endpoint} was lost during {call}: {detail}.",
        EtcdFailure.TimedOut => $"{endpoint} did not answer {call} in time: {detail}.",
        _ => $"{endpoint} refused {call}: {detail} ({code}, code {(int)code}).",
    };
}
