using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>Which private keys .NET and the system's TLS can use.</summary>
internal static class UsableKey
{
    public const string Usable = "Use a certificate with an RSA key, or with an ECDSA key on the curve P-256, P-384 or P-521.";

    // RFC 8410, RFC 3279. The runtime may know others: then its own answer counts.
    private static readonly Dictionary<string, string> Unusable = new(StringComparer.Ordinal)
    {
        ["1.3.101.112"] = "Ed25519",
        ["1.3.101.113"] = "Ed448",
        ["1.3.101.110"] = "X25519",
        ["1.3.101.111"] = "X448",
        ["1.2.840.10040.4.1"] = "DSA",
    };

    /// <summary>Refuses a certificate whose key's algorithm .NET cannot use.</summary>
    public static void CheckAlgorithm(X509Certificate2 certificate, string setting)
    {
        if (Unusable.TryGetValue(certificate.PublicKey.Oid.Value ?? "", out var name))
        {
            throw new EtcdSettingException(setting, $"its key is an {name} key, which .NET cannot use for TLS", Usable);
        }
    }

    /// <summary>
    /// The certificate, or on Windows a copy whose key is known to the system: its TLS cannot use a key that is in this process only.
    /// </summary>
    /// <exception cref="EtcdSettingException">The key cannot be used, and cannot be exported to the system either.</exception>
    public static X509Certificate2 Of(X509Certificate2 certificate, string setting) =>
        OperatingSystem.IsWindows() ? Of(certificate, IsInMemoryOnly(certificate), setting) : certificate;

    internal static X509Certificate2 Of(X509Certificate2 certificate, bool isInMemoryOnly, string setting)
    {
        if (!isInMemoryOnly)
        {
            // Most keys of a store cannot be exported, and need not be.
            return certificate;
        }

        byte[] exported;
        try
        {
            exported = certificate.Export(X509ContentType.Pkcs12);
        }
        catch (CryptographicException locked)
        {
            throw new EtcdSettingException(
                setting,
                $"its key is in memory only, where Windows' TLS cannot use it, and cannot be exported ({locked.Message.TrimEnd('.')})",
                "Load it without EphemeralKeySet, or with Exportable; or import it into a store and give its thumbprint.", locked);
        }

        try
        {
            return new X509Certificate2(exported);
        }
        catch (CryptographicException refused)
        {
            throw new EtcdSettingException(
                setting, $"this system does not take its key: {SystemCryptography.FindReason(refused) ?? refused.Message.TrimEnd('.')}",
                Usable, refused);
        }
    }

    [SupportedOSPlatform("windows")]
    private static bool IsInMemoryOnly(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm? key = certificate.GetRSAPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey();
        return key switch
        {
            RSACng rsa => rsa.Key.IsEphemeral,
            ECDsaCng ecdsa => ecdsa.Key.IsEphemeral,
            _ => false,
        };
    }
}
