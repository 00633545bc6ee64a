using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>The certificate authorities that are trusted, instead of those of the system.</summary>
public sealed class EtcdCertificateAuthorities
{
    private readonly X509Certificate2Collection _certificates;

    private EtcdCertificateAuthorities(string source, X509Certificate2Collection certificates)
    {
        Source = source;
        _certificates = certificates;
        Subjects = [.. certificates.Select(c => c.Subject)];
    }

    /// <summary>The file they were read from.</summary>
    public string Source { get; }

    /// <summary>Their subjects.</summary>
    public IReadOnlyList<string> Subjects { get; }

    /// <summary>Reads a file of one or more certificates in PEM, or one in DER.</summary>
    /// <exception cref="EtcdSettingException">It cannot be read or holds no certificate.</exception>
    internal static EtcdCertificateAuthorities FromFile(string path) => new(path, CertificateFiles.ReadBundle(path));

    internal X509Certificate2Collection GetCertificates() => _certificates;

    /// <summary>The file they were read from.</summary>
    public override string ToString() => Source;
}
