using System.Collections.Concurrent;

namespace EtcdDefrag.Connection;

/// <summary>
/// The open connections of one piece of work: one per member address, made when it is first needed and kept until the end, so
/// that looking again before every step costs no new handshake.
/// </summary>
public sealed class MemberConnections : IDisposable
{
    private readonly ConcurrentDictionary<EtcdEndpoint, Lazy<IEtcdMember>> _members = new();
    private readonly IEtcdConnector _connector;

    /// <summary>Prepares connections that share one set of options. Nothing is sent yet.</summary>
    /// <param name="connector">Makes the ports.</param>
    /// <param name="options">Timeouts and the like, the same for every member.</param>
    public MemberConnections(IEtcdConnector connector, EtcdConnectionOptions options)
    {
        _connector = connector;
        Options = options;
    }

    /// <summary>What every connection was made with.</summary>
    public EtcdConnectionOptions Options { get; }

    /// <summary>The port to the member at an address, always the same one for the same address.</summary>
    /// <param name="endpoint">The member's address.</param>
    public IEtcdMember Get(EtcdEndpoint endpoint) =>
        _members.GetOrAdd(endpoint, e => new Lazy<IEtcdMember>(() => _connector.Connect(e, Options))).Value;

    /// <summary>A port with a connection of its own, for finding out who is behind an address. The caller closes it.</summary>
    /// <param name="endpoint">The address.</param>
    public IEtcdMember ConnectAnew(EtcdEndpoint endpoint) => _connector.Connect(endpoint, Options);

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        foreach (var member in _members.Values.Where(m => m.IsValueCreated))
        {
            member.Value.Dispose();
        }

        _members.Clear();
    }
}
