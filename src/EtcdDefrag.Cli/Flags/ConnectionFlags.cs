namespace EtcdDefrag.Cli.Flags;

/// <summary>How a cluster is reached: etcdctl's global flags, and some of our own.</summary>
internal static class ConnectionFlags
{
    public static readonly Flag<IReadOnlyList<string>> Endpoints = new("endpoints", FlagText.ReadAddresses, ["127.0.0.1:2379"])
    {
        Description = "Comma separated etcd endpoints.",
        ValueName = "host:port,...",
        Default = "127.0.0.1:2379",
        IsList = true,
        IsEtcdctls = true,
    };

    public static readonly Flag<TimeSpan?> DialTimeout = new("dial-timeout", FlagText.ReadTimeout, null)
    {
        Description = "How long making a connection may take.",
        ValueName = "duration",
        Default = "2s",
        IsEtcdctls = true,
    };

    public static readonly Flag<TimeSpan?> CommandTimeout = new("command-timeout", FlagText.ReadTimeout, null)
    {
        Description = "How long one call may take, once connected. Given, it holds for the defragmentation too, which else has a time that follows its size.",
        ValueName = "duration",
        Default = "30s",
        IsEtcdctls = true,
    };

    public static readonly Flag<TimeSpan?> KeepAliveTime = new("keepalive-time", FlagText.ReadTimeout, null)
    {
        Description = "How often a connection that waits is tried with a ping; below 10s counts as 10s, as in etcdctl.",
        ValueName = "duration",
        Default = "10s",
        IsEtcdctls = true,
    };

    public static readonly Flag<TimeSpan?> KeepAliveTimeout = new("keepalive-timeout", FlagText.ReadTimeout, TimeSpan.FromSeconds(6))
    {
        Description = "How long the answer to a ping may take before the connection counts as lost.",
        ValueName = "duration",
        Default = "6s",
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> CaCert = File("cacert", "Verify servers' certificates by this bundle of authorities.");

    public static readonly Flag<string?> Cert = File("cert", "Name this client by this certificate: PEM, or PKCS#12 by its ending (.pfx, .p12).");

    public static readonly Flag<string?> Key = File("key", "The certificate's key.");

    public static readonly Flag<string?> CertPassword = new("cert-password", FlagText.ReadText, null)
    {
        Description = "The password of the key or of the PKCS#12 file; asked for where it is not given. Other users of the machine can see it here, and not in ETCD_DEFRAG_CERT_PASSWORD.",
        ValueName = "password",
        IsSecret = true,
    };

    public static readonly Flag<bool> InsecureTransport = new("insecure-transport", FlagText.ReadBool, true)
    {
        Description = "Whether an endpoint without a scheme, and without certificates given, means http.",
        Default = "true",
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> InsecureSkipTlsVerify = new("insecure-skip-tls-verify", FlagText.ReadBool, false)
    {
        Description = "Do not verify servers' certificates. CAUTION: anyone in between can read and change what is sent.",
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> TlsServerName = new("tls-server-name", FlagText.ReadText, null)
    {
        Description = "The name that servers are asked for and that their certificates must hold, instead of the endpoint's host.",
        ValueName = "name",
    };

    public static readonly Flag<string?> DiscoverySrv = new("discovery-srv", FlagText.ReadText, null)
    {
        Description = "Domain whose SRV records name the endpoints.",
        ValueName = "domain",
        Letter = 'd',
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> DiscoverySrvName = new("discovery-srv-name", FlagText.ReadText, null)
    {
        Description = "Which of several clusters in that domain.",
        ValueName = "name",
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> InsecureDiscovery = new("insecure-discovery", FlagText.ReadBool, true)
    {
        Description = "Whether SRV records of endpoints without TLS are taken.",
        Default = "true",
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> User = new("user", FlagText.ReadText, null)
    {
        Description = "User of etcd's authentication; the password is asked for where it is not given.",
        ValueName = "name[:password]",
        IsSecret = true,
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> Password = new("password", FlagText.ReadText, null)
    {
        Description = "The user's password; other users of the machine can see it here, and not in ETCD_DEFRAG_PASSWORD.",
        ValueName = "password",
        IsSecret = true,
        IsEtcdctls = true,
    };

    public static readonly Flag<string?> AuthJwtToken = new("auth-jwt-token", RefuseToken, null)
    {
        Description = "Not supported: use --user and --password instead.",
        ValueName = "token",
        IsSecret = true,
        IsEtcdctls = true,
    };

    public static readonly Flag<bool> ExcludeLocalhost = new("exclude-localhost", FlagText.ReadBool, false)
    {
        Description = "Pass over members' advertised addresses that are loopback addresses.",
    };

    public static readonly Flag<IReadOnlyList<string>> EndpointMap = new("endpoint-map", FlagText.ReadAddresses, [])
    {
        Description = "Where members are reached whose advertised addresses lead nowhere from here, by name, id or advertised address.",
        ValueName = "member=host:port,...",
        IsList = true,
    };

    public static readonly Flag<long> MaxRequestBytes = Limit("max-request-bytes", "requests are below 1 KiB");

    public static readonly Flag<long> MaxReceiveBytes = Limit("max-recv-bytes", "answers are below 4 MiB");

    public static IReadOnlyList<Flag> All { get; } =
    [
        Endpoints, DialTimeout, CommandTimeout, KeepAliveTime, KeepAliveTimeout, CaCert, Cert, Key, CertPassword, InsecureTransport, InsecureSkipTlsVerify, TlsServerName,
        DiscoverySrv, DiscoverySrvName, InsecureDiscovery, User, Password, AuthJwtToken, ExcludeLocalhost, EndpointMap, MaxRequestBytes, MaxReceiveBytes,
    ];

    private static Flag<string?> File(string name, string description) => new(name, FlagText.ReadFile, null)
    {
        Description = description,
        ValueName = "file",
        IsEtcdctls = true,
    };

    // The message is the end of a sentence that begins with the flag or the variable, and never has the token in it.
    private static string? RefuseToken(string token) =>
        throw new FormatException("is not supported, since a token can expire in the middle of a run; give --user and --password, and a fresh token is fetched when one is needed");

    private static Flag<long> Limit(string name, string why) => new(name, FlagText.ReadNatural, 0)
    {
        Description = $"Taken for etcdctl's sake; there is nothing to limit, since {why}.",
        ValueName = "bytes",
        IsEtcdctls = true,
    };
}
