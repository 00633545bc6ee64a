using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Integration.Support.Certificates;

/// <summary>The kind of a certificate's key.</summary>
internal enum KeyKind
{
    ECDsa,
    Rsa,
}

/// <summary>A certificate authority of the tests' own, in memory: a root, or an intermediate below one.</summary>
internal sealed class TestAuthority
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly TestCertificate _own;

    /// <summary>Makes a root.</summary>
    /// <param name="name">Its CommonName.</param>
    /// <param name="keys">Its kind of key, and that of all it issues.</param>
    public TestAuthority(string name = "EtcdDefrag test root", KeyKind keys = KeyKind.ECDsa)
        : this(Sign(name, keys, issuer: null, Validity.Default, AsAuthority))
    {
    }

    private TestAuthority(TestCertificate own) => _own = own;

    /// <summary>The root's certificate, or the intermediate's.</summary>
    public X509Certificate2 Certificate => _own.Certificate;

    /// <summary>Makes an authority below this one; what it issues carries its certificate along.</summary>
    public TestAuthority IssueIntermediate(string name = "EtcdDefrag test intermediate") =>
        new(Sign(name, _own.Keys, _own, Validity.Default, AsAuthority));

    /// <summary>Issues a server certificate, good for a client too, as etcd's JSON gateway needs it under --client-cert-auth.</summary>
    /// <param name="names">The DNS names and IP addresses it is for; null for 127.0.0.1 and localhost.</param>
    /// <param name="commonName">Null for an empty subject.</param>
    /// <param name="validity">Null for yesterday to in a year.</param>
    public TestCertificate IssueServer(IEnumerable<string>? names = null, string? commonName = null, Validity? validity = null)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names ?? ["127.0.0.1", "localhost"])
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        return Sign(commonName, _own.Keys, _own, validity ?? Validity.Default, request =>
        {
            // A name in the extension alone, with an empty subject, makes the extension critical (RFC 5280, 4.2.1.6).
            request.CertificateExtensions.Add(alternatives.Build(critical: commonName is null));
            AsEndEntity(request, ServerUse, ClientUse);
        });
    }

    /// <summary>Issues a client certificate.</summary>
    /// <param name="commonName">The etcd user where authentication is on; null for an empty subject, which is nobody.</param>
    /// <param name="validity">Null for yesterday to in a year.</param>
    public TestCertificate IssueClient(string? commonName, Validity? validity = null) =>
        Sign(commonName, _own.Keys, _own, validity ?? Validity.Default, request => AsEndEntity(request, ClientUse));

    /// <summary>Writes the certificate alone, as trust settings take it, and returns the path.</summary>
    public string WriteTo(string folder, string name = "ca") =>
        TestCertificate.Write(folder, $"{name}.crt", _own.Certificate.ExportCertificatePem());

    private static void AsAuthority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
    }

    private static void AsEndEntity(CertificateRequest request, params string[] uses)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        var oids = new OidCollection();
        Array.ForEach(uses, use => oids.Add(new Oid(use)));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
    }

    private static TestCertificate Sign(
        string? commonName, KeyKind keys, TestCertificate? issuer, Validity validity, Action<CertificateRequest> shape)
    {
        var subject = new X500DistinguishedNameBuilder();
        if (commonName is not null)
        {
            subject.AddCommonName(commonName);
        }

        using AsymmetricAlgorithm key = keys == KeyKind.Rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject.Build(), (ECDsa)key, HashAlgorithmName.SHA256);
        shape(request);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is null)
        {
            return new TestCertificate(request.CreateSelfSigned(validity.From, validity.To), keys, []);
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            issuer.Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        // A certificate may be good before or after its issuer is: Create with the issuer refuses that, with a generator it does not.
        var generator = issuer.Certificate.GetRSAPrivateKey() is { } issuerKey
            ? X509SignatureGenerator.CreateForRSA(issuerKey, RSASignaturePadding.Pkcs1)
            : X509SignatureGenerator.CreateForECDsa(issuer.Certificate.GetECDsaPrivateKey()!);
        var bare = request.Create(
            issuer.Certificate.SubjectName, generator, validity.From, validity.To, RandomNumberGenerator.GetBytes(16));
        var certificate = key is RSA own ? bare.CopyWithPrivateKey(own) : bare.CopyWithPrivateKey((ECDsa)key);

        // The issuer's key stays with the issuer.
        return new TestCertificate(certificate, keys, [.. issuer.Chain.Select(above => new X509Certificate2(above.RawData))]);
    }
}

/// <summary>From when to when a certificate is good.</summary>
internal sealed record Validity(DateTimeOffset From, DateTimeOffset To)
{
    public static Validity Default => new(DaysFromNow(-1), DaysFromNow(365));

    public static Validity Expired => new(DaysFromNow(-30), DaysFromNow(-1));

    public static Validity NotYet => new(DaysFromNow(1), DaysFromNow(30));

    private static DateTimeOffset DaysFromNow(int days) => TimeProvider.System.GetUtcNow().AddDays(days);
}
