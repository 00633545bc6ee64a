using System.Collections.Concurrent;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Authentication;

/// <summary>
/// The tokens that members gave, each kept for the address that gave it, so that a fresh connection to it need not authenticate
/// again, and no member of another cluster is shown it. The last one stands in where a member gives none itself: within a cluster
/// every member takes it, since etcd agrees on simple tokens as on everything else, and signs the others with one key.
/// </summary>
internal sealed class ClusterToken
{
    private readonly ConcurrentDictionary<EtcdEndpoint, string> _tokens = new();
    private string? _last;

    /// <summary>The token for an address; null where there is none yet.</summary>
    public string? Of(EtcdEndpoint endpoint) => _tokens.GetValueOrDefault(endpoint);

    /// <summary>Keeps what the member at an address gave.</summary>
    public string Keep(EtcdEndpoint endpoint, string token)
    {
        Volatile.Write(ref _last, token);
        return _tokens[endpoint] = token;
    }

    /// <summary>Takes another member's token for an address whose own member gives none; null where nobody has given any.</summary>
    public string? Borrow(EtcdEndpoint endpoint) => Volatile.Read(ref _last) is { } token ? _tokens[endpoint] = token : null;

    /// <summary>Throws a token away that the member at an address no longer takes, unless there is another one already.</summary>
    public void Forget(EtcdEndpoint endpoint, string stale)
    {
        _tokens.TryRemove(KeyValuePair.Create(endpoint, stale));
        Interlocked.CompareExchange(ref _last, null, stale);
    }
}
