using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.PowerShell.Errors;

/// <summary>What a failure means to a script (a stable id and a category) and to a person (the remedy).</summary>
internal sealed record ErrorInfo(string Id, ErrorCategory Category, string Remedy)
{
    private static readonly ErrorInfo WrongMember = new(
        "EtcdMemberNotAddressable", ErrorCategory.ResourceUnavailable,
        "See 'etcdctl member list': every member must advertise a client URL that leads to itself and not to a load balancer.");

    public static ErrorInfo Of(Exception failure) => failure switch
    {
        EtcdException etcd => Of(etcd),
        EtcdEndpointException => new ErrorInfo(
            "InvalidEndpoint", ErrorCategory.InvalidArgument,
            "Write scheme, host and port, for example https://10.0.0.1:2379, etcd-0:2379 or http://[::1]:2379."),
        EtcdMemberException { IsNeverStarted: false } => WrongMember,
        EtcdMemberException => WrongMember with { Remedy = "Start the member that was added, or remove it: see 'etcdctl member list'." },
        EtcdDiscoveryException discovery => new ErrorInfo(
            "DiscoveryFailed",
            discovery.Failure == EtcdDiscoveryFailure.InvalidName ? ErrorCategory.InvalidArgument : ErrorCategory.ObjectNotFound,
            discovery.Remedy),
        MaintenanceException refused => new ErrorInfo("MaintenanceRefused", ErrorCategory.InvalidOperation, refused.Remedy),
        EtcdSettingException setting => new ErrorInfo("InvalidConnectionSetting", ErrorCategory.InvalidArgument, setting.Remedy),
        _ => new ErrorInfo("EtcdUnexpectedFailure", ErrorCategory.NotSpecified, "This should not happen; please report it."),
    };

    private static ErrorInfo Of(EtcdException etcd) => etcd switch
    {
        { Failure: EtcdFailure.Unreachable } => new ErrorInfo(
            "EtcdUnreachable", ErrorCategory.ConnectionError,
            "Check the address and the port, whether the member is running, and whether a firewall is in between."),
        { Failure: EtcdFailure.TlsFailed } => new ErrorInfo(
            "EtcdTlsFailed", ErrorCategory.SecurityError,
            "Give the authority that issued the member's certificate (-CACertificatePath), the name it is for (-ServerName), or a client certificate that the member takes (-CertificatePath, -KeyPath); or write http:// or https://, whichever the member uses."),
        { Failure: EtcdFailure.NotEtcd } => new ErrorInfo(
            "EtcdNotSpoken", ErrorCategory.ProtocolError,
            "Name the member's client URL (--advertise-client-urls, port 2379 as a rule) and the right scheme; an HTTP proxy cannot be in between."),
        { Failure: EtcdFailure.ConnectionLost } => new ErrorInfo(
            "EtcdConnectionLost", ErrorCategory.ConnectionError,
            "See the member's log and check the network in between, then get the member's status again."),
        { Failure: EtcdFailure.TimedOut } => new ErrorInfo(
            "EtcdTimeout", ErrorCategory.OperationTimeout,
            "The member may be defragmenting or overloaded: a member that is being defragmented answers no calls. Wait, or give a longer -OperationTimeoutSeconds."),
        { Code: EtcdStatusCode.PermissionDenied } => new ErrorInfo(
            "EtcdPermissionDenied", ErrorCategory.PermissionDenied,
            "etcd requires its root role for this call; use a user or a client certificate that has it."),
        _ when IsNotAuthenticated(etcd) => new ErrorInfo(
            "EtcdNotAuthenticated", ErrorCategory.AuthenticationError,
            "Authentication is enabled in this cluster; connect as one of its users."),
        { Code: EtcdStatusCode.Unavailable or EtcdStatusCode.ResourceExhausted } => new ErrorInfo(
            "EtcdUnavailable", ErrorCategory.ResourceUnavailable,
            "The member answers but cannot serve this now; see Test-EtcdClusterHealth and the member's log."),
        _ => new ErrorInfo("EtcdCallRefused", ErrorCategory.InvalidOperation, "The message is etcd's own; see the member's log."),
    };

    /// <summary>With authentication enabled, etcd answers a call without any user, and a wrong password, as an invalid argument.</summary>
    private static bool IsNotAuthenticated(EtcdException etcd) => etcd.Code switch
    {
        EtcdStatusCode.Unauthenticated => true,
        EtcdStatusCode.InvalidArgument =>
            etcd.Call == "Authenticate" || etcd.Detail.Contains("user name is empty", StringComparison.Ordinal),
        _ => false,
    };
}
