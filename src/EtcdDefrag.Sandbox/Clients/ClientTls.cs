using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Sandbox.Clients;

/// <summary>TLS as the sandbox's clients speak it.</summary>
internal static class ClientTls
{
    /// <summary>Reads the files. The certificates live as long as the connections that are made with them.</summary>
    public static SslClientAuthenticationOptions Options(EtcdSandboxTls tls)
    {
        var options = new SslClientAuthenticationOptions();
        if (tls.ClientCAPath is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(tls.ClientCAPath);
        }
        else
        {
            options.RemoteCertificateValidationCallback = (_, shown, _, _) => IsIn(tls.CertificatePath, shown);
        }

        if (tls.ClientCertificatePath is not null)
        {
            options.ClientCertificateContext = Read(tls.ClientCertificatePath, tls.ClientKeyPath!);
        }

        return options;
    }

    private static bool IsIn(string certificatePath, X509Certificate? shown)
    {
        using var expected = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath));
        return shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(expected.RawData);
    }

    private static SslStreamCertificateContext Read(string certificatePath, string keyPath)
    {
        using var read = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificatePath);

        // Windows cannot show a certificate whose key has never been in a key store, which a PFX is on its way in.
        var certificate = new X509Certificate2(read.Export(X509ContentType.Pfx));
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
