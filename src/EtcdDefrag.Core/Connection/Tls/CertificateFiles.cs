using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Files;

namespace EtcdDefrag.Connection.Tls;

/// <summary>Reads certificates and keys from files, and says what is wrong with which file.</summary>
internal static class CertificateFiles
{
    // Four times the size of the bundles that whole systems have.
    private const int MaxBytes = 1024 * 1024;

    // ERROR_INVALID_PASSWORD as a HRESULT, on every system.
    private const int WrongPassword = unchecked((int)0x80070056);

    private const string GivePassword = "Give its password: -CertificatePassword (--cert-password, or ETCD_DEFRAG_CERT_PASSWORD).";
    private const string CheckPath = "Check the path and whether this user may read the file.";

    /// <summary>The certificate with its key first, then the rest of its chain.</summary>
    public static X509Certificate2Collection ReadPem(string certificatePath, string? keyPath, string? password)
    {
        var setting = $"client certificate '{certificatePath}'";
        var keySetting = keyPath is null ? setting : $"key '{keyPath}'";
        var certificates = ReadText(certificatePath, setting);
        var key = keyPath is null ? certificates : ReadText(keyPath, keySetting);
        var chain = Import(certificates, setting);
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw keyPath is null
                ? new EtcdSettingException(setting, "it comes without its private key", "Give the key's file too: -KeyPath (--key).")
                : new EtcdSettingException(
                    keySetting, "it holds no private key in PEM", "A key in PEM begins with '-----BEGIN PRIVATE KEY-----' or the like.");
        }

        if (key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new EtcdSettingException(
                keySetting, "it is encrypted in a format that .NET does not read",
                "Convert it to PKCS#8: openssl pkcs8 -topk8 -in OLD.key -out NEW.key");
        }

        UsableKey.CheckAlgorithm(chain[0], setting);
        var isEncrypted = key.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        try
        {
            var own = isEncrypted && password is not null
                ? X509Certificate2.CreateFromEncryptedPem(certificates, key, password)
                : X509Certificate2.CreateFromPem(certificates, key);
            return [UsableKey.Of(own, keySetting), .. chain.Skip(1)];
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw (isEncrypted, password) switch
            {
                (true, null) => NeedsPassword(keySetting, "it is encrypted and no password was given", wrong),
                _ when SystemCryptography.FindReason(wrong) is { } reason =>
                    new EtcdSettingException(keySetting, $"this system does not take it: {reason}", UsableKey.Usable, wrong),
                (true, _) => new EtcdSettingException(
                    keySetting, "its password is not the one given, or it is not the certificate's key",
                    "Give the password that the key was encrypted with.", wrong),
                _ => new EtcdSettingException(
                    keySetting, $"it is not the key of the certificate '{chain[0].Subject}', or damaged",
                    "Give the certificate and the key that were made together.", wrong),
            };
        }
    }

    public static X509Certificate2Collection ReadPfx(string path, string? password)
    {
        var setting = $"client certificate '{path}'";
        var bytes = Read(path, setting);
        var chain = new X509Certificate2Collection();
        try
        {
            // Windows' TLS takes no key that is in memory only, and macOS keeps none there.
            var isStored = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
            chain.Import(bytes, password, isStored ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet);
            return chain;
        }
        catch (CryptographicException wrong)
            when (wrong.HResult != WrongPassword && X509Certificate2.GetCertContentType(bytes) == X509ContentType.Pkcs12)
        {
            var why = SystemCryptography.FindReason(wrong) ?? "it is damaged, or an Ed25519 key or another that .NET cannot use for TLS";
            throw new EtcdSettingException(setting, $"its private key cannot be read: {why}", UsableKey.Usable, wrong);
        }
        catch (CryptographicException wrong)
        {
            throw password is null
                ? NeedsPassword(setting, "it is not in PKCS#12, or it has a password and none was given", wrong)
                : new EtcdSettingException(
                    setting, "it is not in PKCS#12, or its password is not the one given",
                    "Give the password that the file was made with.", wrong);
        }
    }

    public static X509Certificate2Collection ReadBundle(string path)
    {
        var setting = $"CA certificate '{path}'";
        var bytes = Read(path, setting);
        var text = Decode(bytes);
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return Import(text, setting);
        }

        try
        {
            return [new X509Certificate2(bytes)];
        }
        catch (CryptographicException wrong)
        {
            throw NoCertificate(setting, wrong);
        }
    }

    private static X509Certificate2Collection Import(string pem, string setting)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException wrong)
        {
            throw NoCertificate(setting, wrong);
        }

        return certificates.Count > 0 ? certificates : throw NoCertificate(setting, null);
    }

    private static EtcdSettingException NoCertificate(string setting, Exception? inner) =>
        new(setting, "it holds no certificate", "A certificate in PEM begins with '-----BEGIN CERTIFICATE-----'.", inner);

    private static EtcdSettingException NeedsPassword(string setting, string problem, Exception inner) =>
        new(setting, problem, GivePassword, inner) { WantsPassword = true };

    private static string ReadText(string path, string setting) => Decode(Read(path, setting));

    /// <summary>As File.ReadAllText does: UTF-8, or what the byte order mark says.</summary>
    private static string Decode(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes));
        return reader.ReadToEnd();
    }

    private static byte[] Read(string path, string setting)
    {
        try
        {
            return RegularFile.Read(path, MaxBytes);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EtcdSettingException(setting, "there is no such file", CheckPath, missing);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new EtcdSettingException(
                setting, $"the file cannot be read ({unreadable.Message.TrimEnd('.')})", CheckPath, unreadable);
        }
    }
}
