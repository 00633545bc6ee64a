namespace EtcdDefrag.Connection;

/// <summary>One cluster: addresses of its members, and how to connect to them. Holds no open connection, and shows no secret.</summary>
public sealed record EtcdConnection
{
    private readonly IReadOnlyList<EtcdEndpoint> _endpoints;
    private readonly EtcdConnectionOptions _options;

    /// <summary>Combines the two.</summary>
    /// <param name="endpoints">The members' addresses; none where only the options are meant.</param>
    /// <param name="options">How to connect to them.</param>
    public EtcdConnection(IReadOnlyList<EtcdEndpoint> endpoints, EtcdConnectionOptions options)
    {
        _endpoints = endpoints;
        _options = options;
    }

    /// <summary>The addresses.</summary>
    public IReadOnlyList<string> Endpoint => [.. _endpoints.Select(e => e.ToString())];

    /// <summary>The user of etcd's own authentication; empty for none.</summary>
    public string UserName => _options.Credential?.UserName ?? "";

    /// <summary>The file with the trusted certificate authorities; empty for those of the system.</summary>
    public string CACertificatePath => _options.CertificateAuthorities?.Source ?? "";

    /// <summary>The subject of the client certificate; empty for none.</summary>
    public string ClientCertificate => _options.ClientCertificate?.Subject ?? "";

    /// <summary>Until when the client certificate is valid; null for none.</summary>
    public DateTimeOffset? ClientCertificateExpires => _options.ClientCertificate?.Expires;

    /// <summary>The name that servers' certificates must hold; empty for each endpoint's own host.</summary>
    public string ServerName => _options.ServerName ?? "";

    /// <summary>Whether servers' certificates are not verified.</summary>
    public bool SkipCertificateCheck => _options.SkipCertificateCheck;

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectionTimeout => _options.ConnectionTimeout;

    /// <summary>How long one call may take, once connected.</summary>
    public TimeSpan OperationTimeout => _options.OperationTimeout;

    /// <summary>The addresses, parsed.</summary>
    public IReadOnlyList<EtcdEndpoint> GetEndpoints() => _endpoints;

    /// <summary>How to connect to them.</summary>
    public EtcdConnectionOptions GetOptions() => _options;

    /// <summary>The addresses, then in brackets the options that were given.</summary>
    public override string ToString() => string.Join(',', _endpoints) + (_options.Describe() is { Length: > 0 } how ? $" ({how})" : "");
}
