using System.Net.Sockets;

namespace EtcdDefrag.Connection;

/// <summary>What to do about a failure that is caused by how a member is reached, and not by its condition.</summary>
internal static class FailureRemedy
{
    /// <summary>Where nobody answers, it is most often the address that is wrong.</summary>
    public const string CheckAddress =
        "Check the address and the port, whether the member is running, and whether a firewall is in between.";

    /// <summary>A sentence; null where the member itself needs attention.</summary>
    public static string? Find(Exception? failure) => failure switch
    {
        EtcdMemberException { IsNeverStarted: true } => "Start the member that was added, or remove it: see 'etcdctl member list'.",
        EtcdException { Failure: EtcdFailure.TlsFailed } =>
            "Check the authority that issued the members' certificates: -CACertificatePath (--cacert); "
            + "their name: -ServerName (--tls-server-name); the client certificate: -CertificatePath (--cert); and http:// or https:// in the endpoint.",
        EtcdException { Failure: EtcdFailure.NotEtcd } =>
            "Give the member's client URL (--advertise-client-urls, usually port 2379), with http:// or https:// as the member has it.",
        EtcdException { Failure: EtcdFailure.Unreachable } when IsUnresolved(failure) =>
            "Check the host name in the endpoint, and whether this machine's DNS knows it.",
        _ => null,
    };

    private static bool IsUnresolved(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain })
            {
                return true;
            }
        }

        return false;
    }
}
