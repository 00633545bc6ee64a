using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>Windows' TLS takes no key that lives in this process only: such a key is given to the system first.</summary>
internal static class UsableKey
{
    /// <summary>A certificate that this system's TLS can show: the given one, or one that is the same but for where its key is.</summary>
    /// <param name="certificate">A certificate with its key; stays open.</param>
    /// <param name="setting">What was given, for messages.</param>
    /// <exception cref="EtcdSettingException">The key cannot be used, and cannot be given to the system either.</exception>
    public static X509Certificate2 Of(X509Certificate2 certificate, string setting) =>
        OperatingSystem.IsWindows() ? Of(certificate, IsInMemoryOnly(certificate), setting) : certificate;

    internal static X509Certificate2 Of(X509Certificate2 certificate, bool isInMemoryOnly, string setting)
    {
        if (!isInMemoryOnly)
        {
            // Most keys of a store cannot be exported, and need not be.
            return certificate;
        }

        try
        {
            return new X509Certificate2(certificate.Export(X509ContentType.Pkcs12));
        }
        catch (CryptographicException locked)
        {
            throw new EtcdSettingException(
                setting, "its key is in memory only, where Windows' TLS cannot use it, and cannot be exported",
                "Load it without EphemeralKeySet, or with Exportable; or import it into a store and name it by its thumbprint.", locked);
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
