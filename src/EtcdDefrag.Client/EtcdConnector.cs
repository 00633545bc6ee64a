using EtcdDefrag.Connection;
using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Connecting;

namespace EtcdDefrag.Client;

/// <summary>
/// Makes ports that speak etcd's own gRPC protocol, one HTTP/2 connection a member, made when first needed. A connector is for the
/// members of one cluster: a member that gives no token itself, a learner, is shown the one that another gave.
/// </summary>
internal sealed class EtcdConnector : IEtcdConnector
{
    private readonly ClusterToken _tokens = new();
    private readonly TimeProvider _time;
    private readonly Action<EtcdCall>? _onCall;

    /// <summary>Prepares connections on the system's clock.</summary>
    public EtcdConnector()
        : this(TimeProvider.System)
    {
    }

    /// <summary>Prepares connections.</summary>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="onCall">Told of every call when it has ended, from whichever thread; null for nobody.</param>
    public EtcdConnector(TimeProvider time, Action<EtcdCall>? onCall = null)
    {
        _time = time;
        _onCall = onCall;
    }

    /// <inheritdoc/>
    public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options) =>
        new EtcdMemberClient(
            new MemberHttp(endpoint, options, _time), _tokens, _time, _onCall,
            options.MetricsEndpoints?.Find(endpoint) is { } place ? new MemberHttp(place, options, _time) : null);
}
