using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>
/// A certificate with its private key, by which a client names itself to etcd. Shows who it is for and until when; the key is in no
/// property and in no text.
/// </summary>
public sealed class EtcdClientCertificate
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _intermediates;

    private EtcdClientCertificate(X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        _certificate = certificate;
        _intermediates = intermediates;

        // What is shown of it outlives the certificate, which is closed when its work is done.
        Subject = certificate.Subject;
        CommonName = FindCommonName(certificate);
        Thumbprint = certificate.Thumbprint;
        ValidFrom = new(certificate.NotBefore);
        Expires = new(certificate.NotAfter);
    }

    /// <summary>The subject, for example <c>CN=root</c>.</summary>
    public string Subject { get; }

    /// <summary>
    /// The subject's common name: the user that etcd takes the client for where authentication and <c>--client-cert-auth</c> are on.
    /// Empty where the subject has none.
    /// </summary>
    public string CommonName { get; }

    /// <summary>The SHA-1 thumbprint in hexadecimal digits, by which certificate stores name it.</summary>
    public string Thumbprint { get; }

    /// <summary>From when it is valid.</summary>
    public DateTimeOffset ValidFrom { get; }

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Reads a certificate in PEM, with the rest of its chain where the file holds it, and its key in PEM.</summary>
    /// <param name="certificatePath">The certificate's file.</param>
    /// <param name="keyPath">The key's file; null where the certificate's file holds the key too.</param>
    /// <param name="password">The key's password; null for a key that is not encrypted.</param>
    /// <exception cref="EtcdSettingException">A file cannot be read, or the two do not belong together.</exception>
    public static EtcdClientCertificate FromPem(string certificatePath, string? keyPath, string? password = null) =>
        Make(CertificateFiles.ReadPem(certificatePath, keyPath, password), $"client certificate '{certificatePath}'");

    /// <summary>Reads a certificate and its key in PKCS#12 (.pfx, .p12).</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Its password; null for none.</param>
    /// <exception cref="EtcdSettingException">The file cannot be read, or the password is not its.</exception>
    public static EtcdClientCertificate FromPfx(string path, string? password) =>
        Make(CertificateFiles.ReadPfx(path, password), $"client certificate '{path}'");

    /// <summary>Finds a certificate with its key in the user's or the machine's personal store.</summary>
    /// <param name="thumbprint">Its SHA-1 thumbprint; spaces and colons do not count.</param>
    /// <exception cref="EtcdSettingException">Neither store holds it, or not its key.</exception>
    public static EtcdClientCertificate FromStore(string thumbprint) =>
        Make(CertificateStores.Find(thumbprint), $"client certificate {thumbprint}");

    /// <summary>Takes a certificate that was loaded already.</summary>
    /// <param name="certificate">A certificate with its private key; it must stay open as long as this is used.</param>
    /// <exception cref="EtcdSettingException">It has no private key, or one that this system's TLS cannot use.</exception>
    public static EtcdClientCertificate From(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var setting = $"client certificate '{certificate.Subject}'";
        return Make([certificate.HasPrivateKey ? UsableKey.Of(certificate, setting) : certificate], setting);
    }

    /// <summary>The certificate itself, with its key.</summary>
    public X509Certificate2 GetCertificate() => _certificate;

    /// <summary>The certificates between it and its authority's root, as far as they came with it.</summary>
    public X509Certificate2Collection GetIntermediates() => _intermediates;

    /// <summary>The subject.</summary>
    public override string ToString() => Subject;

    private static string FindCommonName(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
        .Select(part => part.GetSingleElementValue())
        .FirstOrDefault() ?? "";

    private static EtcdClientCertificate Make(X509Certificate2Collection chain, string setting)
    {
        if (chain.FirstOrDefault(c => c.HasPrivateKey) is not { } own)
        {
            throw new EtcdSettingException(setting, "it comes without its private key", "Give the key too: a PEM file of its own, or a PFX that holds both.");
        }

        return new EtcdClientCertificate(own, [.. chain.Where(c => c != own)]);
    }
}
