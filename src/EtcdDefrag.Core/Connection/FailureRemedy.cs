using System.Net.Sockets;

namespace EtcdDefrag.Connection;

/// <summary>What can be done about a failure whose cause is how a member is reached, and not how it is.</summary>
internal static class FailureRemedy
{
    /// <summary>A sentence; null where the member itself has to be looked at.</summary>
    /// <param name="failure">Why a member gave no answer.</param>
    public static string? Find(Exception? failure) => failure switch
    {
        EtcdMemberException { IsNeverStarted: true } => "Start the member that was added, or remove it: see 'etcdctl member list'.",
        EtcdException { Failure: EtcdFailure.TlsFailed } =>
            "Check how the members are trusted: the authority that issued their certificates (-CACertificatePath, --cacert), the name they "
            + "are for (-ServerName, --tls-server-name), the client certificate (-CertificatePath, --cert), and http:// or https:// in the endpoint.",
        EtcdException { Failure: EtcdFailure.NotEtcd } =>
            "Name the member's client URL (--advertise-client-urls, port 2379 as a rule), with http:// or https:// as the member has it.",
        EtcdException { Failure: EtcdFailure.Unreachable } when IsUnresolved(failure) =>
            "Check the host's name in the endpoint, and whether this machine's DNS knows it.",
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
