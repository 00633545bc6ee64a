using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client;

/// <summary>
/// Connects to the members of one cluster with etcd's own gRPC protocol, over one HTTP/2 connection per member. A connector must not be
/// shared between clusters: a learner, which issues no token, is shown a token that another member issued.
/// </summary>
/// <param name="time">The clock of the deadlines; null for the system's.</param>
/// <param name="onCall">Called when a call has ended, on any thread.</param>
/// <param name="session">Keeps the connections for later work; null where they are closed at the end.</param>
internal sealed class EtcdConnector(
    TimeProvider? time = null, Action<EtcdCall>? onCall = null, SessionConnections? session = null) : IEtcdConnector
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ClusterTokens _tokens = new();

    /// <inheritdoc/>
    public IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options) => Connect(endpoint, options, session);

    /// <inheritdoc/>
    public IEtcdMember ConnectAnew(EtcdEndpoint endpoint, EtcdConnectionOptions options) => Connect(endpoint, options, kept: null);

    private EtcdMemberClient Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options, SessionConnections? kept)
    {
        var metrics = options.MetricsEndpoints?.Find(endpoint) is { } place ? MemberHttp.Create(place, options, _time, kept) : null;
        var http = MemberHttp.Create(endpoint, options, _time, kept);
        if (http.Token is { } token)
        {
            _tokens.Restore(endpoint, token);
        }

        return new EtcdMemberClient(http, _tokens, _time, onCall, metrics);
    }
}

/// <summary>A call to a member that has ended, without what was sent and received.</summary>
/// <param name="Endpoint">The member's address.</param>
/// <param name="Method">The method's path, for example <c>/etcdserverpb.Maintenance/Status</c>.</param>
/// <param name="Took">The time from the call to its end.</param>
/// <param name="Failure">Why it failed; null if it was answered.</param>
internal sealed record EtcdCall(string Endpoint, string Method, TimeSpan Took, Exception? Failure);
