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

    /// <summary>Who they are.</summary>
    public IReadOnlyList<string> Subjects { get; }

    /// <summary>Reads a bundle of one or more certificates in PEM, or one in DER.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EtcdSettingException">It cannot be read or holds no certificate.</exception>
    public static EtcdCertificateAuthorities FromFile(string path) => new(path, CertificateFiles.ReadBundle(path));

    /// <summary>The certificates.</summary>
    public X509Certificate2Collection GetCertificates() => _certificates;

    /// <summary>The file they were read from.</summary>
    public override string ToString() => Source;
}
