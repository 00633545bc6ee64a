using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// The connections to a cluster for one round, and the certificates that were read for them. Certificates are read for every round, for
/// months, and disposed of with it: on Windows, a private key takes up a file until then.
/// </summary>
internal sealed class RoundConnections : IDisposable
{
    private readonly X509Certificate2[] _certificates;

    /// <summary>Reads the certificates and the password; nothing is sent yet.</summary>
    /// <exception cref="EtcdSettingException">A file or a variable of the cluster's connection cannot be used.</exception>
    public RoundConnections(IEtcdConnector connector, MonitoredCluster cluster)
    {
        var options = cluster.ToOptions();
        Members = new MemberConnections(connector, options);

        // Options that the caller has read are the caller's to dispose of.
        _certificates = cluster.Options is null ? [.. FindCertificates(options)] : [];
    }

    public MemberConnections Members { get; }

    public void Dispose()
    {
        Members.Dispose();
        foreach (var certificate in _certificates)
        {
            certificate.Dispose();
        }
    }

    private static IEnumerable<X509Certificate2> FindCertificates(EtcdConnectionOptions options)
    {
        var client = options.ClientCertificate;
        IEnumerable<X509Certificate2> own = client is null ? [] : [client.GetCertificate(), .. client.GetIntermediates()];
        return own.Concat(options.CertificateAuthorities?.GetCertificates() ?? []);
    }
}
