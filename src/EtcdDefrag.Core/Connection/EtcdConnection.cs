namespace EtcdDefrag.Connection;

/// <summary>
/// One cluster, by the members of it that are named, and how to speak to them. Holds no open connection; shows no secret in any
/// property or text.
/// </summary>
public sealed record EtcdConnection
{
    private readonly IReadOnlyList<EtcdEndpoint> _endpoints;
    private readonly EtcdConnectionOptions _options;

    /// <summary>Puts the two together.</summary>
    /// <param name="endpoints">The named members' addresses; none where only the manner of speaking is meant.</param>
    /// <param name="options">How to speak to them.</param>
    public EtcdConnection(IReadOnlyList<EtcdEndpoint> endpoints, EtcdConnectionOptions options)
    {
        _endpoints = endpoints;
        _options = options;
    }

    /// <summary>The addresses.</summary>
    public IReadOnlyList<string> Endpoint => [.. _endpoints.Select(e => e.ToString())];

    /// <summary>The user of etcd's own authentication; empty for none.</summary>
    public string UserName => _options.Credential?.UserName ?? "";

    /// <summary>The file with the authorities that are trusted; empty for those of the system.</summary>
    public string CACertificatePath => _options.CertificateAuthorities?.Source ?? "";

    /// <summary>The subject of the client certificate; empty for none.</summary>
    public string ClientCertificate => _options.ClientCertificate?.Subject ?? "";

    /// <summary>Until when the client certificate is valid; null for none.</summary>
    public DateTimeOffset? ClientCertificateExpires => _options.ClientCertificate?.Expires;

    /// <summary>The name that servers' certificates must hold; empty for each endpoint's own host.</summary>
    public string ServerName => _options.ServerName ?? "";

    /// <summary>Whether servers' certificates go unverified.</summary>
    public bool SkipCertificateCheck => _options.SkipCertificateCheck;

    /// <summary>How long making a connection may take.</summary>
    public TimeSpan ConnectionTimeout => _options.ConnectionTimeout;

    /// <summary>How long one call may take, once connected.</summary>
    public TimeSpan OperationTimeout => _options.OperationTimeout;

    /// <summary>The addresses, read.</summary>
    public IReadOnlyList<EtcdEndpoint> GetEndpoints() => _endpoints;

    /// <summary>How to speak to them.</summary>
    public EtcdConnectionOptions GetOptions() => _options;

    /// <summary>The addresses, and in brackets what is given of how to speak to them.</summary>
    public override string ToString() => string.Join(',', _endpoints) + (_options.Describe() is { Length: > 0 } how ? $" ({how})" : "");
}
