using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Integration.Support.Certificates;

/// <summary>A certificate with its key, and the intermediates between it and the root.</summary>
internal sealed record TestCertificate(X509Certificate2 Certificate, KeyKind Keys, IReadOnlyList<X509Certificate2> Intermediates)
{
    /// <summary>What whoever is issued by this one has above itself; a root, which everybody must know already, is left out.</summary>
    public IReadOnlyList<X509Certificate2> Chain =>
        Certificate.SubjectName.RawData.AsSpan().SequenceEqual(Certificate.IssuerName.RawData) ? [] : [Certificate, .. Intermediates];

    /// <summary>Writes name.crt, with the intermediates behind the certificate, and name.key (PKCS #8).</summary>
    public (string CertificatePath, string KeyPath) WriteTo(string folder, string name) =>
        (Write(folder, $"{name}.crt", string.Join('\n', Chain.Select(certificate => certificate.ExportCertificatePem())) + '\n'),
            Write(folder, $"{name}.key", Key().ExportPkcs8PrivateKeyPem() + '\n'));

    /// <summary>Writes name.pfx: certificate, key and intermediates.</summary>
    public string WritePfx(string folder, string name, string? password)
    {
        var path = Path.Combine(folder, $"{name}.pfx");
        File.WriteAllBytes(path, new X509Certificate2Collection(Chain.ToArray()).Export(X509ContentType.Pkcs12, password)!);
        return path;
    }

    /// <summary>Writes a text into a folder, readable by this user alone, and returns the path.</summary>
    public static string Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    private AsymmetricAlgorithm Key() =>
        Certificate.GetRSAPrivateKey() ?? (AsymmetricAlgorithm?)Certificate.GetECDsaPrivateKey()
        ?? throw new InvalidOperationException("The certificate has no key.");
}
