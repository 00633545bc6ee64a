using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection.Settings;

/// <summary>
/// How to reach a cluster as a person says it: paths, names, a thumbprint. What is null was not said. Nothing is read before
/// <see cref="ToOptions"/>.
/// </summary>
public sealed record EtcdConnectionSettings
{
    /// <summary>See <see cref="EtcdConnectionOptions.ConnectionTimeout"/>.</summary>
    public TimeSpan? ConnectionTimeout { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.OperationTimeout"/>.</summary>
    public TimeSpan? OperationTimeout { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.KeepAliveInterval"/>; at least 10 s.</summary>
    public TimeSpan? KeepAliveInterval { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.KeepAliveTimeout"/>.</summary>
    public TimeSpan? KeepAliveTimeout { get; init; }

    /// <summary>A file with one or more certificates in PEM.</summary>
    public string? CACertificatePath { get; init; }

    /// <summary>The client certificate, loaded already.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The client certificate's file: PEM, or PKCS#12 by its ending (.pfx, .p12).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The file of the client certificate's key, in PEM.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The password of the PKCS#12 file or of the key.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>The client certificate's thumbprint in a personal store.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.ServerName"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.SkipCertificateCheck"/>.</summary>
    public bool? SkipCertificateCheck { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.Credential"/>.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.EndpointMap"/>: members and where they are reached.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? EndpointMap { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.MetricsEndpoints"/>, as <see cref="EtcdMetricsEndpoints"/> reads them.</summary>
    public IReadOnlyCollection<string>? MetricsEndpoints { get; init; }

    /// <summary>See <see cref="EtcdConnectionOptions.ExcludeLocalhost"/>.</summary>
    public bool? ExcludeLocalhost { get; init; }

    /// <summary>Whether a client certificate was named in any way.</summary>
    public bool NamesCertificate => Certificate is not null || CertificatePath is not null || KeyPath is not null || CertificateThumbprint is not null;

    /// <summary>Reads the files, and puts what was said over what an object from a pipeline brought along, or over the defaults.</summary>
    /// <param name="carried">What holds where nothing was said.</param>
    /// <exception cref="EtcdSettingException">A file cannot be used, or two settings exclude each other.</exception>
    /// <exception cref="EtcdEndpointException">The endpoint map or a metrics endpoint leads to what is no endpoint.</exception>
    public EtcdConnectionOptions ToOptions(EtcdConnectionOptions carried)
    {
        ArgumentNullException.ThrowIfNull(carried);
        Check();
        var options = carried with
        {
            ConnectionTimeout = ConnectionTimeout ?? carried.ConnectionTimeout,
            OperationTimeout = OperationTimeout ?? carried.OperationTimeout,
            KeepAliveInterval = KeepAliveInterval ?? carried.KeepAliveInterval,
            KeepAliveTimeout = KeepAliveTimeout ?? carried.KeepAliveTimeout,
            CertificateAuthorities = CACertificatePath is null ? carried.CertificateAuthorities : EtcdCertificateAuthorities.FromFile(CACertificatePath),
            ClientCertificate = NamesCertificate ? ReadCertificate() : carried.ClientCertificate,
            ServerName = ServerName ?? carried.ServerName,
            SkipCertificateCheck = SkipCertificateCheck ?? carried.SkipCertificateCheck,
            Credential = Credential ?? carried.Credential,
            ExcludeLocalhost = ExcludeLocalhost ?? carried.ExcludeLocalhost,
        };
        return options with
        {
            EndpointMap = EndpointMap is null ? carried.EndpointMap : new EtcdEndpointMap(EndpointMap, options.DefaultScheme),
            MetricsEndpoints = MetricsEndpoints is null ? carried.MetricsEndpoints : new EtcdMetricsEndpoints(MetricsEndpoints, options.DefaultScheme),
        };
    }

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
            throw new EtcdSettingException($"server name '{ServerName}'", "it is not a host name", "Give a name that the members' certificates hold, for example etcd-0.example.com.");
        }

        string?[] ways = [Certificate?.Subject, CertificatePath, CertificateThumbprint];
        if (ways.Count(w => w is not null) > 1)
        {
            throw new EtcdSettingException("client certificate", "it is named in more than one way", "Give the certificate itself, its file or its thumbprint.");
        }

        if (KeyPath is not null && CertificatePath is null)
        {
            throw new EtcdSettingException($"key '{KeyPath}'", "the certificate that it belongs to was not given", "Give both: -CertificatePath and -KeyPath (--cert and --key).");
        }
    }

    private EtcdClientCertificate ReadCertificate() => this switch
    {
        { Certificate: { } loaded } => EtcdClientCertificate.From(loaded),
        { CertificateThumbprint: { } thumbprint } => EtcdClientCertificate.FromStore(thumbprint),
        { KeyPath: null } when IsPkcs12(CertificatePath!) => EtcdClientCertificate.FromPfx(CertificatePath!, CertificatePassword),
        _ => EtcdClientCertificate.FromPem(CertificatePath!, KeyPath, CertificatePassword),
    };

    /// <summary>Whether a file is PKCS#12, by its ending.</summary>
    internal static bool IsPkcs12(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";
}
