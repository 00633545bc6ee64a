using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>
/// How to connect to members: the same for every member of one cluster. Holds no open connection, and shows no secret in any property or
/// text.
/// </summary>
public sealed record EtcdConnectionOptions
{
    /// <summary>The warning that <see cref="SkipCertificateCheck"/> calls for.</summary>
    internal const string SkippedCheckWarning =
        "The members' certificates are not verified: anyone between this machine and the members can read and change what is sent, "
        + "passwords included.";

    /// <summary>How long connecting may take. Default 2 s, as in etcdctl's <c>--dial-timeout</c>.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one call may take, once connected. Default 30 s. A defragmentation has a deadline of its own.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a connection that waits for an answer is tested with an HTTP/2 ping. Default and minimum 10 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer to a ping may take before the connection counts as lost. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The trusted certificate authorities; null for those of the system.</summary>
    public EtcdCertificateAuthorities? CertificateAuthorities { get; init; }

    /// <summary>The client certificate; null for none.</summary>
    public EtcdClientCertificate? ClientCertificate { get; init; }

    /// <summary>The name to ask servers for (SNI), which their certificates must hold; null for each endpoint's own host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether servers' certificates are not verified. Then anyone in between can read and change what is sent.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The user of etcd's own authentication; null for none, or where the client certificate names the user.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Where to reach members that cannot be reached at their advertised addresses; null for none.</summary>
    public EtcdEndpointMap? EndpointMap { get; init; }

    /// <summary>Where to find the metrics of members that do not serve them at their client addresses; null for none.</summary>
    public EtcdMetricsEndpoints? MetricsEndpoints { get; init; }

    /// <summary>Whether to ignore advertised loopback addresses when looking for the other members.</summary>
    public bool ExcludeLocalhost { get; init; }

    /// <summary>What an endpoint without a scheme means, as in etcdctl: <c>https</c> with any option of TLS, else <c>http</c>.</summary>
    public string DefaultScheme =>
        (CertificateAuthorities, ClientCertificate, ServerName, SkipCertificateCheck) is (null, null, null, false) ? "http" : "https";

    /// <summary>The options that were given, in one line without secrets: <c>https, CA ca.crt, user root</c>.</summary>
    public override string ToString() => Describe() is { Length: > 0 } given ? given : "default settings";

    /// <summary>The same; empty where no option was given that matters to a reader.</summary>
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
