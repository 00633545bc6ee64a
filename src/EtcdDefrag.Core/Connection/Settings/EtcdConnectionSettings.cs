using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection.Settings;

/// <summary>
/// <see cref="EtcdConnectionOptions"/> as a person gives them: paths, names, a thumbprint. Null stands for "not given". No file is read
/// before <see cref="ToOptions"/>.
/// </summary>
internal record EtcdConnectionSettings
{
    public TimeSpan? ConnectionTimeout { get; init; }

    public TimeSpan? OperationTimeout { get; init; }

    public TimeSpan? KeepAliveInterval { get; init; }

    public TimeSpan? KeepAliveTimeout { get; init; }

    /// <summary>A file with one or more certificates in PEM.</summary>
    public string? CACertificatePath { get; init; }

    /// <summary>The client certificate, already loaded.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The client certificate's file: PEM, or PKCS#12 by its extension (.pfx, .p12).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The file of the client certificate's key, in PEM.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The password of the PKCS#12 file or of the key.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>The client certificate's thumbprint in a personal store.</summary>
    public string? CertificateThumbprint { get; init; }

    public string? ServerName { get; init; }

    public bool? SkipCertificateCheck { get; init; }

    public EtcdCredential? Credential { get; init; }

    /// <summary>Members and where they are reached; see <see cref="EtcdEndpointMap"/>.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? EndpointMap { get; init; }

    /// <summary>See <see cref="EtcdMetricsEndpoints"/>.</summary>
    public IReadOnlyCollection<string>? MetricsEndpoints { get; init; }

    public bool? ExcludeLocalhost { get; init; }

    public bool NamesCertificate => (Certificate, CertificatePath, KeyPath, CertificateThumbprint) is not (null, null, null, null);

    /// <summary>Reads the files, and puts what was given over the options of an object from a pipeline, or over the defaults.</summary>
    /// <exception cref="EtcdSettingException">A file cannot be used, or two settings exclude each other.</exception>
    /// <exception cref="EtcdEndpointException">An address of the endpoint map or of the metrics endpoints is not valid.</exception>
    public EtcdConnectionOptions ToOptions(EtcdConnectionOptions carried)
    {
        Check();
        var options = carried with
        {
            ConnectionTimeout = ConnectionTimeout ?? carried.ConnectionTimeout,
            OperationTimeout = OperationTimeout ?? carried.OperationTimeout,
            KeepAliveInterval = KeepAliveInterval ?? carried.KeepAliveInterval,
            KeepAliveTimeout = KeepAliveTimeout ?? carried.KeepAliveTimeout,
            CertificateAuthorities =
                CACertificatePath is { } path ? EtcdCertificateAuthorities.FromFile(path) : carried.CertificateAuthorities,
            ClientCertificate = NamesCertificate ? ReadCertificate() : carried.ClientCertificate,
            ServerName = ServerName ?? carried.ServerName,
            SkipCertificateCheck = SkipCertificateCheck ?? carried.SkipCertificateCheck,
            Credential = Credential ?? carried.Credential,
            ExcludeLocalhost = ExcludeLocalhost ?? carried.ExcludeLocalhost,
        };
        return options with
        {
            EndpointMap = EndpointMap is { } map ? new(map, options.DefaultScheme) : carried.EndpointMap,
            MetricsEndpoints = MetricsEndpoints is { } places ? new(places, options.DefaultScheme) : carried.MetricsEndpoints,
        };
    }

    /// <summary>Whether a file is PKCS#12, by its extension.</summary>
    public static bool IsPkcs12(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";

    private void Check()
    {
        if (KeepAliveInterval is { } interval && interval < TimeSpan.FromSeconds(10))
        {
            throw new EtcdSettingException(
                $"keepalive interval of {Units.Seconds(interval)}", "etcd's server ends connections that ping more often than every 5 s",
                "Give 10 s or more.");
        }

        // It is sent as a host name, and no TLS stack asks for an IPv6 address by name.
        if (ServerName is not null && Uri.CheckHostName(ServerName) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            throw new EtcdSettingException(
                $"server name '{EtcdEndpoint.Redact(ServerName)}'", "it is not a host name",
                "Give a name that the members' certificates hold, for example etcd-0.example.com.");
        }

        string?[] ways = [Certificate?.Subject, CertificatePath, CertificateThumbprint];
        if (ways.Count(w => w is not null) > 1)
        {
            throw new EtcdSettingException(
                "client certificate", "it is given in more than one way", "Give the certificate itself, its file or its thumbprint.");
        }

        if (KeyPath is not null && CertificatePath is null)
        {
            throw new EtcdSettingException(
                $"key '{KeyPath}'", "its certificate was not given", "Give both: -CertificatePath (--cert) and -KeyPath (--key).");
        }
    }

    private EtcdClientCertificate ReadCertificate() => this switch
    {
        { Certificate: { } loaded } => EtcdClientCertificate.From(loaded),
        { CertificateThumbprint: { } thumbprint } => EtcdClientCertificate.FromStore(thumbprint),
        { KeyPath: null } when IsPkcs12(CertificatePath!) => EtcdClientCertificate.FromPfx(CertificatePath!, CertificatePassword),
        _ => EtcdClientCertificate.FromPem(CertificatePath!, KeyPath, CertificatePassword),
    };
}
