namespace EtcdDefrag.Connection.Discovery;

/// <summary>Where to look for a cluster's endpoints.</summary>
/// <param name="Domain">The domain that holds the SRV records, as in <c>etcdctl --discovery-srv</c>.</param>
public sealed record DiscoveryRequest(string Domain)
{
    /// <summary>
    /// Tells one of several clusters in a domain, as in <c>etcdctl --discovery-srv-name</c>: its records stand at
    /// <c>_etcd-client-ssl-NAME._tcp</c> and <c>_etcd-client-NAME._tcp</c>. Null or empty for none.
    /// </summary>
    public string? ServiceName { get; init; }

    /// <summary>
    /// Whether endpoints without TLS are accepted, as in <c>etcdctl --insecure-discovery</c>, and true by default as there. False
    /// also ties every server certificate to <see cref="Domain"/>, so that forged records lead nowhere.
    /// </summary>
    public bool AcceptInsecure { get; init; } = true;
}
