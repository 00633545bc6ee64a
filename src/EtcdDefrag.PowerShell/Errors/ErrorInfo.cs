using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.PowerShell.Errors;

/// <summary>What a failure means to a script (a stable id and a category) and to a person (the way out).</summary>
internal sealed record ErrorInfo(string Id, ErrorCategory Category, string Remedy)
{
    private const string NeverStarted = "Start the member that was added, or remove it: see 'etcdctl member list'.";

    private static readonly ErrorInfo Unreachable = new(
        "EtcdUnreachable", ErrorCategory.ConnectionError,
        "Check the address and the port, whether the member is running, and whether a firewall is in between.");

    private static readonly ErrorInfo TlsFailed = new(
        "EtcdTlsFailed", ErrorCategory.SecurityError,
        "Give the authority that issued the member's certificate (-CACertificatePath), the name it is for (-ServerName), or a client certificate that the member takes (-CertificatePath, -KeyPath); or write http:// or https://, whichever the member uses.");

    private static readonly ErrorInfo NotEtcd = new(
        "EtcdNotSpoken", ErrorCategory.ProtocolError,
        "Name the member's client URL (--advertise-client-urls, port 2379 as a rule) and the right scheme; an HTTP proxy cannot be in between.");

    private static readonly ErrorInfo ConnectionLost = new(
        "EtcdConnectionLost", ErrorCategory.ConnectionError,
        "See the member's log and check the network in between, then get the member's status again.");

    private static readonly ErrorInfo TimedOut = new(
        "EtcdTimeout", ErrorCategory.OperationTimeout,
        "The member may be defragmenting or overloaded: a member that is being defragmented answers no calls. Wait, or give a longer -OperationTimeoutSeconds.");

    private static readonly ErrorInfo PermissionDenied = new(
        "EtcdPermissionDenied", ErrorCategory.PermissionDenied,
        "etcd requires its root role for this call; use a user or a client certificate that has it.");

    private static readonly ErrorInfo NotAuthenticated = new(
        "EtcdNotAuthenticated", ErrorCategory.AuthenticationError,
        "Authentication is enabled in this cluster; connect as one of its users.");

    private static readonly ErrorInfo Unavailable = new(
        "EtcdUnavailable", ErrorCategory.ResourceUnavailable,
        "The member answers but cannot serve this now; see Test-EtcdClusterHealth and the member's log.");

    private static readonly ErrorInfo Refused = new(
        "EtcdCallRefused", ErrorCategory.InvalidOperation,
        "The message is etcd's own; see the member's log.");

    private static readonly ErrorInfo WrongMember = new(
        "EtcdMemberNotAddressable", ErrorCategory.ResourceUnavailable,
        "See 'etcdctl member list': every member must advertise a client URL that leads to itself and not to a load balancer.");

    private static readonly ErrorInfo InvalidEndpoint = new(
        "InvalidEndpoint", ErrorCategory.InvalidArgument,
        "Write scheme, host and port, for example https://10.0.0.1:2379, etcd-0:2379 or http://[::1]:2379.");

    private static readonly ErrorInfo Unexpected = new(
        "EtcdUnexpectedFailure", ErrorCategory.NotSpecified, "This should not happen; please report it.");

    public static ErrorInfo Of(Exception failure) => failure switch
    {
        EtcdException etcd => Of(etcd),
        EtcdEndpointException => InvalidEndpoint,
        EtcdMemberException { IsNeverStarted: true } => WrongMember with { Remedy = NeverStarted },
        EtcdMemberException => WrongMember,
        EtcdDiscoveryException discovery => new ErrorInfo("DiscoveryFailed", discovery.Failure == EtcdDiscoveryFailure.InvalidName ? ErrorCategory.InvalidArgument : ErrorCategory.ObjectNotFound, discovery.Remedy),
        EtcdSettingException setting => new ErrorInfo("InvalidConnectionSetting", ErrorCategory.InvalidArgument, setting.Remedy),
        _ => Unexpected,
    };

    private static ErrorInfo Of(EtcdException etcd) => etcd.Failure switch
    {
        EtcdFailure.Unreachable => Unreachable,
        EtcdFailure.TlsFailed => TlsFailed,
        EtcdFailure.NotEtcd => NotEtcd,
        EtcdFailure.ConnectionLost => ConnectionLost,
        EtcdFailure.TimedOut => TimedOut,
        _ => OfRefusal(etcd),
    };

    private static ErrorInfo OfRefusal(EtcdException etcd) => etcd.Code switch
    {
        EtcdStatusCode.PermissionDenied => PermissionDenied,
        EtcdStatusCode.Unauthenticated => NotAuthenticated,
        // What etcd says to a call without any user, where authentication is on.
        EtcdStatusCode.InvalidArgument when etcd.Detail.Contains("user name is empty", StringComparison.Ordinal) => NotAuthenticated,
        EtcdStatusCode.InvalidArgument when etcd.Call == "Authenticate" => NotAuthenticated,
        EtcdStatusCode.Unavailable or EtcdStatusCode.ResourceExhausted => Unavailable,
        _ => Refused,
    };
}
