using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Unit.Support;

/// <summary>A certificate, its key and what can be wrong with them, as files that go away with the test.</summary>
internal sealed class CertificateFolder : IDisposable
{
    public const string Password = "key-password";

    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-defrag-certificates-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateFolder(string subject = "CN=operator")
    {
        Certificate = Sign(subject, _key);
        Write("client.crt", Certificate.ExportCertificatePem());
        Write("client.key", _key.ExportPkcs8PrivateKeyPem());
        Write("encrypted.key", _key.ExportEncryptedPkcs8PrivateKeyPem(Password, Encryption));
        Write("both.pem", Certificate.ExportCertificatePem() + "\n" + _key.ExportPkcs8PrivateKeyPem());
        Write("empty.pem", "nothing\n");
        Write("ca.crt", Certificate.ExportCertificatePem());
        File.WriteAllBytes(this["ca.der"], Certificate.RawData);
        File.WriteAllBytes(this["client.pfx"], Certificate.Export(X509ContentType.Pkcs12, Password));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("other.key", other.ExportPkcs8PrivateKeyPem());
        Write("two.crt", Certificate.ExportCertificatePem() + "\n" + Sign("CN=other", other).ExportCertificatePem());
    }

    public X509Certificate2 Certificate { get; }

    public string this[string name] => Path.Combine(_folder, name);

    public void Write(string name, string text) => File.WriteAllText(this[name], text);

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Sign(string subject, ECDsa key)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(365));
    }
}
