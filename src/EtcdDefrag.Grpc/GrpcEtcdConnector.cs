using EtcdDefrag.Connection;
using EtcdDefrag.Grpc.Metrics;
using EtcdDefrag.Grpc.Wire;

namespace EtcdDefrag.Grpc;

/// <summary>Makes ports that speak etcd's own gRPC protocol, one HTTP/2 connection a member, made when first needed.</summary>
public sealed class GrpcEtcdConnector : IEtcdConnector
{
    // etcd's server refuses pings more often than every 5 s; some load balancers forget silent connections after 4 minutes.
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingAnsweredWithin = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;

    /// <summary>Prepares connections on the system's clock.</summary>
    public GrpcEtcdConnector()
        : this(TimeProvider.System)
    {
    }

    /// <summary>Prepares connections.</summary>
    /// <param name="time">The clock of the deadlines.</param>
    public GrpcEtcdConnector(TimeProvider time) => _time = time;

    /// <inheritdoc/>
    public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options) =>
        new GrpcEtcdMember(
            endpoint,
            options,
            new GrpcChannel(endpoint, options, CreateHandler(options), _time),
            new MetricsPage(endpoint, options, CreateHandler(options), _time));

    private static SocketsHttpHandler CreateHandler(EtcdConnectionOptions options) => new()
    {
        ConnectTimeout = options.ConnectionTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = PingEvery,
        KeepAlivePingTimeout = PingAnsweredWithin,

        // One connection, one member: nothing may stand between the call and the address it names.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = false,
        ActivityHeadersPropagator = null,
    };
}
