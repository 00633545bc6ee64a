using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Connection;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("client.crt", "client.key", null)]
    [InlineData("both.pem", null, null)]
    [InlineData("client.crt", "encrypted.key", CertificateFolder.Password)]
    [InlineData("client.crt", "client.key", "a password that is not needed")]
    [InlineData("two.crt", "client.key", null)]
    public void A_certificate_and_its_key_are_read_from_PEM(string certificate, string? key, string? password)
    {
        var read = EtcdClientCertificate.FromPem(_files[certificate], key is null ? null : _files[key], password);

        Assert.Equal(_files.Certificate.Thumbprint, read.Thumbprint);
        Assert.True(read.GetCertificate().HasPrivateKey);
        Assert.Equal("operator", read.CommonName);
        Assert.Equal(certificate == "two.crt" ? 1 : 0, read.GetIntermediates().Count);
    }

    [Theory]
    [InlineData("none.crt", "client.key", null, "The client certificate '*none.crt' cannot be used: there is no such file.")]
    [InlineData("client.crt", "none.key", null, "The key '*none.key' cannot be used: there is no such file.")]
    [InlineData("empty.pem", "client.key", null, "The client certificate '*empty.pem' cannot be used: it holds no certificate.")]
    [InlineData("client.crt", null, null, "The client certificate '*client.crt' cannot be used: it comes without its private key.")]
    [InlineData("client.crt", "empty.pem", null, "The key '*empty.pem' cannot be used: it holds no private key in PEM.")]
    [InlineData("client.crt", "other.key", null, "The key '*other.key' cannot be used: it is not the key of the certificate 'CN=operator', or damaged.")]
    [InlineData("client.crt", "encrypted.key", null, "The key '*encrypted.key' cannot be used: it is encrypted and no password was given.")]
    [InlineData("client.crt", "encrypted.key", "wrong-password", "The key '*encrypted.key' cannot be used: its password is not the one given, or it is not the certificate's key.")]
    [InlineData("client.crt", "old.key", CertificateFolder.Password, "The key '*old.key' cannot be used: it is encrypted in a format that .NET does not read.")]
    public void What_is_wrong_with_PEM_is_said_of_the_file_that_is_wrong(string certificate, string? key, string? password, string expected)
    {
        _files.Write("old.key", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n");

        AssertRefused(expected, () => EtcdClientCertificate.FromPem(_files[certificate], key is null ? null : _files[key], password), password);
    }

    [Fact]
    public void A_certificate_and_its_key_are_read_from_PFX() =>
        Assert.Equal(_files.Certificate.Thumbprint, EtcdClientCertificate.FromPfx(_files["client.pfx"], CertificateFolder.Password).Thumbprint);

    [Theory]
    [InlineData("none.pfx", null, "The client certificate '*none.pfx' cannot be used: there is no such file.")]
    [InlineData("client.pfx", null, "The client certificate '*client.pfx' cannot be used: it is not in PKCS#12, or it has a password and none was given.")]
    [InlineData("client.pfx", "wrong-password", "The client certificate '*client.pfx' cannot be used: it is not in PKCS#12, or its password is not the one given.")]
    [InlineData("client.key", CertificateFolder.Password, "The client certificate '*client.key' cannot be used: it is not in PKCS#12, or its password is not the one given.")]
    public void What_is_wrong_with_PFX_is_said(string path, string? password, string expected) =>
        AssertRefused(expected, () => EtcdClientCertificate.FromPfx(_files[path], password), password);

    [Theory]
    [InlineData("ca.crt", "CN=operator")]
    [InlineData("ca.der", "CN=operator")]
    [InlineData("two.crt", "CN=operator CN=other")]
    public void Authorities_are_read_from_a_bundle_or_from_DER(string path, string subjects) =>
        Assert.Equal(subjects, string.Join(' ', EtcdCertificateAuthorities.FromFile(_files[path]).Subjects));

    [Fact]
    public void A_bundle_that_Windows_PowerShell_wrote_is_utf16_and_read_all_the_same()
    {
        File.WriteAllText(_files["utf16.crt"], File.ReadAllText(_files["ca.crt"]), Encoding.Unicode);

        Assert.Equal(["CN=operator"], EtcdCertificateAuthorities.FromFile(_files["utf16.crt"]).Subjects);
    }

    [Theory]
    [InlineData("none.crt", "The CA certificate '*none.crt' cannot be used: there is no such file.")]
    [InlineData("empty.pem", "The CA certificate '*empty.pem' cannot be used: it holds no certificate.")]
    [InlineData("client.key", "The CA certificate '*client.key' cannot be used: it holds no certificate.")]
    [InlineData(".", "The CA certificate '*.' cannot be used: the file cannot be read (Access to the path '*.' is denied).")]
    public void What_is_no_bundle_is_refused(string path, string expected) =>
        AssertRefused(expected, () => EtcdCertificateAuthorities.FromFile(_files[path]), secret: null);

    [Fact]
    public void A_loaded_certificate_without_its_key_is_refused()
    {
        using var bare = new X509Certificate2(_files.Certificate.RawData);

        AssertRefused("The client certificate 'CN=operator' cannot be used: it comes without its private key.", () => EtcdClientCertificate.From(bare), secret: null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_key_that_is_in_memory_only_is_given_to_the_system_where_TLS_wants_that(bool isInMemoryOnly)
    {
        var usable = UsableKey.Of(_files.Certificate, isInMemoryOnly, "client certificate");

        Assert.Equal(isInMemoryOnly, !ReferenceEquals(usable, _files.Certificate));
        Assert.True(usable.HasPrivateKey);
        Assert.Equal(_files.Certificate.Thumbprint, usable.Thumbprint);
    }

    [Fact]
    public void A_key_that_is_in_memory_only_and_cannot_be_exported_is_refused()
    {
        var closed = new X509Certificate2(_files.Certificate);
        closed.Dispose();
        var reason = Assert.ThrowsAny<CryptographicException>(() => closed.Export(X509ContentType.Pkcs12)).Message.TrimEnd('.');

        AssertRefused(
            $"The client certificate cannot be used: its key is in memory only, where Windows' TLS cannot use it, and cannot be exported ({reason}).",
            () => UsableKey.Of(closed, isInMemoryOnly: true, "client certificate"), secret: null);
    }

    /// <summary>NTE_BAD_KEYSET and the like of Windows; what the runtime finds by itself is described in our words.</summary>
    [Theory]
    [InlineData(0x80090016, "Keyset does not exist (0x80090016)")]
    [InlineData(0xC00000BB, "Keyset does not exist (0xC00000BB)")]
    [InlineData(0x80131501, null)]
    public void What_the_systems_cryptography_says_is_the_reason(uint code, string? expected)
    {
        var failure = new CryptographicException("The key contents do not contain a PEM.", new CryptographicException("Keyset does not exist.") { HResult = unchecked((int)code) });

        Assert.Equal(expected, SystemCryptography.FindReason(failure));
    }

    [Fact]
    public void A_key_that_does_not_fit_is_the_users_fault_and_not_the_systems()
    {
        var failure = Assert.ThrowsAny<Exception>(() => X509Certificate2.CreateFromPemFile(_files["client.crt"], _files["other.key"]));

        Assert.Null(SystemCryptography.FindReason(failure));
    }

    [Fact]
    public void A_file_that_somebody_writes_is_read()
    {
        using var writer = new FileStream(_files["ca.crt"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        Assert.Equal(["CN=operator"], EtcdCertificateAuthorities.FromFile(_files["ca.crt"]).Subjects);
    }

    [SkippableFact]
    public void On_Windows_a_file_that_nobody_else_may_open_is_refused_with_the_reason()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "Elsewhere a lock keeps nobody from reading.");
        using var writer = new FileStream(_files["ca.crt"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var refused = Assert.Throws<EtcdSettingException>(() => EtcdCertificateAuthorities.FromFile(_files["ca.crt"]));
        Assert.Contains("because it is being used by another process", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The asterisk stands for the folder.</summary>
    private void AssertRefused(string expected, Func<object> read, string? secret)
    {
        var refused = Assert.Throws<EtcdSettingException>(read);

        Assert.Equal(expected.Replace("*", _files["x"][..^1], StringComparison.Ordinal), refused.Message);
        Assert.NotEmpty(refused.Remedy);
        if (secret is not null)
        {
            Assert.DoesNotContain(secret, refused.ToString() + refused.Remedy, StringComparison.Ordinal);
        }
    }
}
