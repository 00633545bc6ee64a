using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>Tells keys that the runtime cannot read at all from keys that do not fit.</summary>
internal static class KeyAlgorithm
{
    /// <summary>Which keys can be used.</summary>
    public const string Usable = "Use a certificate with an RSA key, or with an ECDSA key on the curve P-256, P-384 or P-521.";

    // RFC 8410, RFC 3279. What is not among them the runtime may know: then its own answer counts.
    private static readonly Dictionary<string, string> Unreadable = new(StringComparer.Ordinal)
    {
        ["1.3.101.112"] = "Ed25519",
        ["1.3.101.113"] = "Ed448",
        ["1.3.101.110"] = "X25519",
        ["1.3.101.111"] = "X448",
        ["1.2.840.10040.4.1"] = "DSA",
    };

    /// <summary>Refuses a certificate whose key's algorithm cannot be used.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="setting">What was given, for the message.</param>
    /// <exception cref="EtcdSettingException">It cannot be used.</exception>
    public static void Check(X509Certificate2 certificate, string setting)
    {
        if (Unreadable.TryGetValue(certificate.PublicKey.Oid.Value ?? "", out var name))
        {
            throw new EtcdSettingException(setting, $"its key is an {name} key, which .NET cannot use for TLS", Usable);
        }
    }
}
