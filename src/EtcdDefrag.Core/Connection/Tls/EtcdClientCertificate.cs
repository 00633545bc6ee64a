using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>A certificate with its private key, by which a client identifies itself to etcd. Nothing shows the key.</summary>
public sealed class EtcdClientCertificate
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _intermediates;

    private EtcdClientCertificate(X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        _certificate = certificate;
        _intermediates = intermediates;

        // These outlive the certificate, which is disposed of when its work is done.
        Subject = certificate.Subject;
        CommonName = FindCommonName(certificate);
        Thumbprint = certificate.Thumbprint;
        ValidFrom = new(certificate.NotBefore);
        Expires = new(certificate.NotAfter);
    }

    /// <summary>The subject, for example <c>CN=root</c>.</summary>
    public string Subject { get; }

    /// <summary>
    /// The subject's common name: the user that etcd takes the client for where authentication and <c>--client-cert-auth</c> are on. Empty
    /// where the subject has none.
    /// </summary>
    public string CommonName { get; }

    /// <summary>The SHA-1 thumbprint in hexadecimal digits, by which certificate stores name it.</summary>
    public string Thumbprint { get; }

    /// <summary>From when it is valid.</summary>
    public DateTimeOffset ValidFrom { get; }

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Reads a certificate in PEM, with the rest of its chain if the file holds it, and its key in PEM.</summary>
    /// <param name="certificatePath">The certificate's file.</param>
    /// <param name="keyPath">The key's file; null where the certificate's file holds the key too.</param>
    /// <param name="password">The key's password; null for a key that is not encrypted.</param>
    /// <exception cref="EtcdSettingException">A file cannot be read, or the two do not belong together.</exception>
    internal static EtcdClientCertificate FromPem(string certificatePath, string? keyPath, string? password = null) =>
        Make(CertificateFiles.ReadPem(certificatePath, keyPath, password), $"client certificate '{certificatePath}'");

    /// <summary>Reads a certificate and its key in PKCS#12 (.pfx, .p12).</summary>
    /// <exception cref="EtcdSettingException">The file cannot be read, or the password is wrong.</exception>
    internal static EtcdClientCertificate FromPfx(string path, string? password) =>
        Make(CertificateFiles.ReadPfx(path, password), $"client certificate '{path}'");

    /// <summary>Finds a certificate with its key in the personal store of the user, then of the machine.</summary>
    /// <param name="thumbprint">Its SHA-1 thumbprint; spaces and colons are ignored.</param>
    /// <exception cref="EtcdSettingException">Neither store holds it with its key.</exception>
    internal static EtcdClientCertificate FromStore(string thumbprint)
    {
        var setting = $"client certificate {thumbprint}";
        var digits = new string([.. thumbprint.Where(char.IsAsciiHexDigit)]);
        var found = Find(digits, StoreLocation.CurrentUser) ?? Find(digits, StoreLocation.LocalMachine) ?? throw new EtcdSettingException(
            setting, "neither the user's nor the machine's personal store holds it",
            "List them with 'Get-ChildItem Cert:\\CurrentUser\\My', or give a file.");
        return Make([found], setting);
    }

    /// <summary>Takes a loaded certificate, which must not be disposed of while this is in use.</summary>
    /// <exception cref="EtcdSettingException">It has no private key, or one that this system's TLS cannot use.</exception>
    internal static EtcdClientCertificate From(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var setting = $"client certificate '{certificate.Subject}'";
        return Make([certificate.HasPrivateKey ? UsableKey.Of(certificate, setting) : certificate], setting);
    }

    internal X509Certificate2 GetCertificate() => _certificate;

    /// <summary>The certificates between it and its authority's root, as far as they came with it.</summary>
    internal X509Certificate2Collection GetIntermediates() => _intermediates;

    /// <summary>The subject.</summary>
    public override string ToString() => Subject;

    private static X509Certificate2? Find(string thumbprint, StoreLocation location)
    {
        using var store = new X509Store(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false).FirstOrDefault();
        }
        catch (CryptographicException)
        {
            // There is no such store: outside Windows the machine has none.
            return null;
        }
    }

    private static string FindCommonName(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
        .Select(part => part.GetSingleElementValue())
        .FirstOrDefault() ?? "";

    private static EtcdClientCertificate Make(X509Certificate2Collection chain, string setting)
    {
        var own = chain.FirstOrDefault(c => c.HasPrivateKey) ?? throw new EtcdSettingException(
            setting, "it comes without its private key", "Give the key too: a PEM file of its own, or a PFX that holds both.");
        return new EtcdClientCertificate(own, [.. chain.Where(c => c != own)]);
    }
}
