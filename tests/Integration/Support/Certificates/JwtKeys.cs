using System.Globalization;
using System.Security.Cryptography;

namespace EtcdDefrag.Integration.Support.Certificates;

/// <summary>What etcd needs to issue JSON web tokens, which live as long as they say, used or not.</summary>
internal static class JwtKeys
{
    /// <summary>Writes jwt.key and jwt.pub and returns the flag that has etcd sign tokens with them (RS256).</summary>
    /// <param name="folder">Takes the files.</param>
    /// <param name="lifetime">How long a token lives; whole seconds.</param>
    public static string Write(string folder, TimeSpan lifetime)
    {
        using var key = RSA.Create(2048);
        var own = TestCertificate.Write(folder, "jwt.key", key.ExportPkcs8PrivateKeyPem());
        var shared = TestCertificate.Write(folder, "jwt.pub", key.ExportSubjectPublicKeyInfoPem());
        var seconds = ((int)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"--auth-token=jwt,pub-key={shared},priv-key={own},sign-method=RS256,ttl={seconds}s";
    }
}
