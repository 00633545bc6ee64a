using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Connection.Tls;

/// <summary>Finds certificates in the personal stores: the user's, then the machine's.</summary>
internal static class CertificateStores
{
    public static X509Certificate2Collection Find(string thumbprint)
    {
        var wanted = new string([.. thumbprint.Where(char.IsAsciiHexDigit)]);
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            if (FindIn(location, wanted) is { } found)
            {
                return [found];
            }
        }

        throw new EtcdSettingException(
            $"client certificate {thumbprint}", "neither the user's nor the machine's personal store holds it",
            "See 'Get-ChildItem Cert:\\CurrentUser\\My' for those that are there, or name a file.");
    }

    private static X509Certificate2? FindIn(StoreLocation location, string thumbprint)
    {
        using var store = new X509Store(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException)
        {
            // A store that does not exist holds nothing: outside Windows the machine has none.
            return null;
        }

        return store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false).FirstOrDefault();
    }
}
