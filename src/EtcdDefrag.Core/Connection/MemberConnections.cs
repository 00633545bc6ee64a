using System.Collections.Concurrent;

namespace EtcdDefrag.Connection;

/// <summary>
/// The open connections of one piece of work: one for each member address, made when it is first needed and kept until the end, so that
/// looking at the cluster before every step costs no new handshake. All share one set of options.
/// </summary>
internal sealed class MemberConnections(IEtcdConnector connector, EtcdConnectionOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<EtcdEndpoint, Lazy<IEtcdMember>> _members = new();

    public EtcdConnectionOptions Options => options;

    /// <summary>The port to the member at an address; always the same one for the same address.</summary>
    public IEtcdMember Get(EtcdEndpoint endpoint) =>
        _members.GetOrAdd(endpoint, e => new Lazy<IEtcdMember>(() => connector.Connect(e, options))).Value;

    /// <summary>A port with a connection of its own, for finding out who is behind an address. The caller disposes of it.</summary>
    public IEtcdMember ConnectAnew(EtcdEndpoint endpoint) => connector.ConnectAnew(endpoint, options);

    public void Dispose()
    {
        foreach (var member in _members.Values.Where(m => m.IsValueCreated))
        {
            member.Value.Dispose();
        }

        _members.Clear();
    }
}
