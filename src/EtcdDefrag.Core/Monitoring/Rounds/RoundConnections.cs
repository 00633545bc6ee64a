using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// A cluster's connections for one round, and the certificates that were read for them. A monitor reads those anew for every round, for
/// months: each is closed with its round, since on Windows a private key is a file as long as it is open.
/// </summary>
internal sealed class RoundConnections : IDisposable
{
    private readonly X509Certificate2[] _read;

    /// <summary>Reads what the connections need; nothing is sent yet.</summary>
    /// <exception cref="EtcdSettingException">A file or a variable of the cluster's connection cannot be used.</exception>
    public RoundConnections(IEtcdConnector connector, MonitoredCluster cluster)
    {
        var options = cluster.ToOptions();
        Members = new MemberConnections(connector, options);

        // What was read by the caller is the caller's.
        _read = cluster.Options is null ? [.. Find(options)] : [];
    }

    public MemberConnections Members { get; }

    public void Dispose()
    {
        Members.Dispose();
        foreach (var certificate in _read)
        {
            certificate.Dispose();
        }
    }

    private static IEnumerable<X509Certificate2> Find(EtcdConnectionOptions options) =>
    [
        .. options.ClientCertificate is { } client ? [client.GetCertificate(), .. client.GetIntermediates()] : Array.Empty<X509Certificate2>(),
        .. options.CertificateAuthorities?.GetCertificates() ?? [],
    ];
}
