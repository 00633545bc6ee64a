using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Connection;

/// <summary>A key of an algorithm that the runtime does not know is called that, and not a wrong key or a wrong password.</summary>
public sealed class UnreadableKeyTests : IDisposable
{
    // Made with "openssl genpkey -algorithm ed25519" and "openssl req -x509" for these tests alone.
    private const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBMDCB46ADAgECAhR+gcYPtTuwmVnwf8RzkQkDbOGlkzAFBgMrZXAwDTELMAkG
        A1UEAwwCZWQwIBcNMjYxMTMwMTgyMzI3WhgPMjEyNjExMDYxODIzMjdaMA0xCzAJ
        BgNVBAMMAmVkMCowBQYDK2VwAyEADaYxmeEXuA+rG0+SyX84ilaJxB9WPNRSsBcu
        37Xt7oOjUzBRMB0GA1UdDgQWBBQ7GMGwKSzoS2ANNCg7oJ/mk19tKjAfBgNVHSME
        GDAWgBQ7GMGwKSzoS2ANNCg7oJ/mk19tKjAPBgNVHRMBAf8EBTADAQH/MAUGAytl
        cANBAPMt9C/asaQ8UAGv2Zu4D6RBs9M1tMLM7tKfvMTeNhZbsw1JyCsnjFTEG52N
        0xwHrIqVfkg6w7h0A09H5VVBCwU=
        -----END CERTIFICATE-----
        """;

    private const string Key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIN/46CEMUsPz1lc83LKGIG8fbAWngeT6BM2ZzoFYUqsL
        -----END PRIVATE KEY-----
        """;

    private const string Pfx = """
        MIIDZgIBAzCCAxwGCSqGSIb3DQEHAaCCAw0EggMJMIIDBTCCAhIGCSqGSIb3DQEHBqCCAgMwggH/AgEAMIIB+AYJKoZIhvcNAQcB
        MFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiOP/h6BOyU1wICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAw1
        iPGVWMSW9s2V+B0qPVuAggGQhN/0BTUhiqjn5E/QnCe9Vozi3v5h9/0mQxLerWy9NyVWXaFyIXBCC2PW4SQekW8mAIP5bc4AFR3J
        pNFuC2Y//TGfmRR3b6TlA8fSia744iqVGniBqWQTjDhv3215a4Qcyqd4oNwdst1DKUioJIRCguhZ7hxdoX0lxT9Csh0KS7VeX4aH
        aok6GaxZs5k4GDPTrGqDV1oHF0HUe/rHk3U4PCAvvyOYokGAla8FLbAuFW17yV6xBbDZzP99OCkKRHLcgWlqZEGfIXedaqpgdLKc
        JHQGmeSu+NKm5igqR7DkqvfgZRlahEbYPbOZMjeeDmDz0fJo2U37CPl31SS1E71Gg+/H1hoBVLgF/sCG3WwXJTteZW8J2CCP/EIg
        NSdTbZCDtTQf1M3XSLSRmivgdjNPEP3/2Zg6joqaIlw+z9mlwelkkRH9USYumuS1c3WNuwMJraPLciYpO2FnL0vUQvtwiTQQt9Uv
        DdyzCzNIkLodrnHWCycRpWxUgecXmYzkMv4j4lNm5k7OjesqH5MlL98YXDCB7AYJKoZIhvcNAQcBoIHeBIHbMIHYMIHVBgsqhkiG
        9w0BDAoBAqCBnjCBmzBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIBxQT3E73INsCAggAMAwGCCqGSIb3DQIJBQAwHQYJ
        YIZIAWUDBAEqBBDxQ1QwAh9uOLH7l61Gxvc2BEBmjN5HmmBRy0Xw+EalQFttHKOkXCxHOMYBrq72N/IYsVPHcD6ufsk2E7Amedss
        EDkQX76pKqn2GQi0+EOXhI3nMSUwIwYJKoZIhvcNAQkVMRYEFClhOp7OlPXAZ2NjQFMwU1IwhMDzMEEwMTANBglghkgBZQMEAgEF
        AAQgrG1J8wmsB0fjXVl07vqLv8do9gMmt7dW6DY2uGZ5o+IECJNczqLeazc7AgIIAA==
        """;

    private readonly CertificateFolder _files = new();

    public UnreadableKeyTests()
    {
        _files.Write("ed.crt", Certificate);
        _files.Write("ed.key", Key);
        File.WriteAllBytes(_files["ed.pfx"], Convert.FromBase64String(Pfx));
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("ed.key", null)]
    [InlineData("client.key", null)]
    [InlineData("encrypted.key", "a wrong password")]
    public void In_PEM(string key, string? password) => AssertNamed(() => EtcdClientCertificate.FromPem(_files["ed.crt"], _files[key], password));

    [Fact]
    public void In_PKCS12_whose_certificate_is_not_given_either_the_key_is_to_blame_and_not_the_password()
    {
        var refused = Assert.Throws<EtcdSettingException>(() => EtcdClientCertificate.FromPfx(_files["ed.pfx"], "test"));

        Assert.Contains("its private key cannot be read: it is damaged, or an Ed25519 key", refused.Message, StringComparison.Ordinal);
        Assert.Contains("its password is not the one given", Assert.Throws<EtcdSettingException>(() => EtcdClientCertificate.FromPfx(_files["ed.pfx"], "wrong")).Message, StringComparison.Ordinal);
    }

    private static void AssertNamed(Action read)
    {
        var refused = Assert.Throws<EtcdSettingException>(read);

        Assert.EndsWith("cannot be used: its key is an Ed25519 key, which .NET cannot use for TLS.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Use a certificate with an RSA key, or with an ECDSA key on the curve P-256, P-384 or P-521.", refused.Remedy);
    }
}
