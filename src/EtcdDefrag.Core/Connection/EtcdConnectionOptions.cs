using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>
/// How members are spoken to: the same for every member of one cluster. Holds no open connection, and shows no secret in any
/// property or text.
/// </summary>
public sealed record EtcdConnectionOptions
{
    /// <summary>What is given up with <see cref="SkipCertificateCheck"/>, as a sentence to warn with.</summary>
    public const string SkippedCheckWarning =
        "The members' certificates are not verified: anyone between this machine and the members can read and change what is sent, passwords included.";

    /// <summary>How long making a connection may take. Default 2 s, as in etcdctl's <c>--dial-timeout</c>.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long one call may take, once connected. Default 30 s. A defragmentation has a deadline of its own.
    /// </summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a connection that waits for an answer is tried with an HTTP/2 ping. Default 10 s; less than that is refused, since
    /// etcd's server ends connections that ping more often than every 5 s.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer to a ping may take before the connection counts as lost. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The trusted certificate authorities; null for those of the system.</summary>
    public EtcdCertificateAuthorities? CertificateAuthorities { get; init; }

    /// <summary>The certificate by which this client names itself; null for none.</summary>
    public EtcdClientCertificate? ClientCertificate { get; init; }

    /// <summary>The name that servers are asked for (SNI) and that their certificates must hold; null for the endpoint's own host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether servers' certificates go unverified. Then anyone in between can read and change what is sent.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The user of etcd's own authentication; null for none, or where the client certificate names the user.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Where members are reached whose advertised addresses do not lead to them from here; null for none.</summary>
    public EtcdEndpointMap? EndpointMap { get; init; }

    /// <summary>Where members' metrics are that are not at their client addresses; null for none.</summary>
    public EtcdMetricsEndpoints? MetricsEndpoints { get; init; }

    /// <summary>Whether advertised addresses of the loopback interface are passed over when the other members are looked for.</summary>
    public bool ExcludeLocalhost { get; init; }

    /// <summary>
    /// What an endpoint without a scheme means, as in etcdctl: <c>https</c> where anything of TLS is given, else <c>http</c>.
    /// </summary>
    public string DefaultScheme =>
        CertificateAuthorities is not null || ClientCertificate is not null || ServerName is not null || SkipCertificateCheck ? "https" : "http";

    /// <summary>What is given, in one line without secrets: <c>https, CA ca.crt, user root</c>.</summary>
    public override string ToString() => Describe() is { Length: > 0 } given ? given : "default settings";

    /// <summary>The same; empty where nothing is given that matters to a reader.</summary>
    internal string Describe()
    {
        string?[] given =
        [
            DefaultScheme == "https" ? DefaultScheme : null,
            CertificateAuthorities is { Source: var file } ? $"CA {DisplayText.Value(Path.GetFileName(file))}" : null,
            ClientCertificate is { Subject: var subject } ? $"certificate {DisplayText.Value(subject)}" : null,
            ServerName is { } name ? $"server name {DisplayText.Value(name)}" : null,
            SkipCertificateCheck ? "servers not verified" : null,
            Credential is { UserName: var user } ? $"user {DisplayText.Value(user)}" : null,
            EndpointMap is null ? null : "endpoint map",
        ];
        return string.Join(", ", given.OfType<string>());
    }
}
