namespace EtcdDefrag.Cli.Flags;

/// <summary>How a cluster is reached: etcdctl's global flags, and some of our own.</summary>
internal static class ConnectionFlags
{
    public static readonly Flag<IReadOnlyList<string>> Endpoints = new("endpoints", FlagText.ReadAddresses, ["127.0.0.1:2379"])
    {
        Description = "Comma-separated etcd endpoints.",
        ValueName = "host:port,...",
        Default = "127.0.0.1:2379",
        IsList = true,
        IsEtcdctls = true,
    };

    public static readonly Flag<TimeSpan?> DialTimeout = Timeout("dial-timeout", "2s", "Timeout for making a connection.");

    public static readonly Flag<TimeSpan?> CommandTimeout = Timeout(
        "command-timeout",
        "30s",
        "Timeout of each call, once connected. If given, it also applies to the defragmentation, whose timeout otherwise depends "
        + "on the size of the database.");

    public static readonly Flag<TimeSpan?> KeepAliveTime = Timeout(
        "keepalive-time", "10s", "How often a waiting connection is pinged; less than 10s counts as 10s, as in etcdctl.");

    public static readonly Flag<TimeSpan?> KeepAliveTimeout = Timeout(
        "keepalive-timeout",
        "6s",
        "How long to wait for the answer to a ping before the connection counts as lost.",
        TimeSpan.FromSeconds(6));

    public static readonly Flag<string?> CaCert = File(
        "cacert", "Verify the servers' certificates with this CA bundle.", "crt", "pem", "cer");

    public static readonly Flag<string?> Cert = File(
        "cert",
        "Identify this client with this certificate: PEM, or PKCS#12 if the name ends in .pfx or .p12.",
        "crt", "pem", "cer", "pfx", "p12");

    public static readonly Flag<string?> Key = File("key", "The private key of the client certificate.", "key", "pem");

    public static readonly Flag<string?> CertPassword = new("cert-password", FlagText.ReadText, null)
    {
        Description = "Password of the private key or of the PKCS#12 file; prompted for if it is not given. Other users of this machine "
            + "can see it on the command line, but not in ETCD_DEFRAG_CERT_PASSWORD.",
        ValueName = "password",
        IsSecret = true,
    };

    public static readonly Flag<bool> InsecureTransport = OnByDefault(
        "insecure-transport", "Whether an endpoint without a scheme means http when no certificates are given.");

    public static readonly Flag<bool> InsecureSkipTlsVerify = new("insecure-skip-tls-verify", FlagText.ReadBool, false)
    {
        Description = "Do not verify the servers' certificates. CAUTION: anyone on the network path can read and change the traffic.",
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> TlsServerName = new("tls-server-name", FlagText.ReadText, null)
    {
        Description = "The name that the servers' certificates must contain, instead of the endpoint's host.",
        ValueName = "name",
    };

    public static readonly Flag<string?> DiscoverySrv = new("discovery-srv", FlagText.ReadText, null)
    {
        Description = "Domain to query for SRV records that name the endpoints.",
        ValueName = "domain",
        Letter = 'd',
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> DiscoverySrvName = new("discovery-srv-name", FlagText.ReadText, null)
    {
        Description = "Service name to query when using --discovery-srv.",
        ValueName = "name",
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> InsecureDiscovery = OnByDefault(
        "insecure-discovery", "Whether to accept SRV records of endpoints without TLS.");

    public static readonly Flag<string?> User = Secret(
        "user", "name[:password]", "User name for authentication; the password is prompted for if it is not given.");

    public static readonly Flag<string?> Password = Secret(
        "password",
        "password",
        "Password for authentication. Other users of this machine can see it on the command line, but not in ETCD_DEFRAG_PASSWORD.");

    public static readonly Flag<string?> AuthJwtToken = new("auth-jwt-token", RejectToken, null)
    {
        Description = "Not supported: use --user and --password instead.",
        ValueName = "token",
        IsSecret = true,
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> ExcludeLocalhost = new("exclude-localhost", FlagText.ReadBool, false)
    {
        Description = "Ignore advertised addresses that are loopback addresses.",
    };

    public static readonly Flag<IReadOnlyList<string>> EndpointMap = new("endpoint-map", FlagText.ReadAddresses, [])
    {
        Description = "Where to reach members whose advertised addresses cannot be reached from here, by name, id or advertised address.",
        ValueName = "member=host:port,...",
        IsList = true,
    };

    public static readonly Flag<IReadOnlyList<string>> MetricsEndpoints = new("metrics-endpoints", FlagText.ReadAddresses, [])
    {
        Description = "Where to read the members' /metrics, if not at their client endpoints: http://{host}:2381 for every member, or "
            + "client endpoint=metrics endpoint for one.",
        ValueName = "host:port=host:port,...",
        IsList = true,
    };

    public static readonly Flag<long> MaxRequestBytes = Limit("max-request-bytes", "requests are below 1 KiB");

    public static readonly Flag<long> MaxReceiveBytes = Limit("max-recv-bytes", "answers are below 4 MiB");

    public static IReadOnlyList<Flag> All { get; } =
    [
        Endpoints, DialTimeout, CommandTimeout, KeepAliveTime, KeepAliveTimeout, CaCert, Cert, Key, CertPassword, InsecureTransport,
        InsecureSkipTlsVerify, TlsServerName, DiscoverySrv, DiscoverySrvName, InsecureDiscovery, User, Password, AuthJwtToken,
        ExcludeLocalhost, EndpointMap, MetricsEndpoints, MaxRequestBytes, MaxReceiveBytes,
    ];

    private static Flag<TimeSpan?> Timeout(string name, string shownDefault, string description, TimeSpan? fallback = null) =>
        new(name, FlagText.ReadTimeout, fallback)
        {
            Description = description,
            ValueName = "duration",
            Default = shownDefault,
            IsEtcdctls = true,
        };

    private static Flag<string?> File(string name, string description, params string[] endings) =>
        new(name, FlagText.ReadFile, null) { Description = description, ValueName = "file", FileEndings = endings, IsEtcdctls = true };

    private static Flag<string?> Secret(string name, string valueName, string description) =>
        new(name, FlagText.ReadText, null) { Description = description, ValueName = valueName, IsSecret = true, IsEtcdctls = true };

    private static Flag<bool> OnByDefault(string name, string description) =>
        new(name, FlagText.ReadBool, true) { Description = description, Default = "true", IsEtcdctls = true };

    private static Flag<long> Limit(string name, string why) => new(name, FlagText.ReadNatural, 0)
    {
        Description = $"Accepted for compatibility with etcdctl. It has no effect, since {why}.",
        ValueName = "bytes",
        IsEtcdctls = true,
    };

    // The message continues a sentence that begins with the flag or the variable; it never contains the token.
    private static string? RejectToken(string token) => throw new FormatException(
        "is not supported, since a token can expire in the middle of a run; give --user and --password, and a fresh token is fetched "
        + "when one is needed");
}
