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
    private readonly ConcurrentDictionary<Task, EtcdEndpoint> _asked = new();
    private string? _last;

    /// <summary>The token for an address; null where there is none yet.</summary>
    public string? Of(EtcdEndpoint endpoint) => _tokens.GetValueOrDefault(endpoint);

    /// <summary>Keeps what the member at an address gives when it is asked.</summary>
    public async Task<string> KeepAsync(EtcdEndpoint endpoint, Task<string> asked)
    {
        var kept = KeepOnceGivenAsync();
        _asked[kept] = endpoint;
        try
        {
            return await kept.ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(kept, out _);
        }

        async Task<string> KeepOnceGivenAsync()
        {
            var token = await asked.ConfigureAwait(false);
            Volatile.Write(ref _last, token);
            return _tokens[endpoint] = token;
        }
    }

    /// <summary>
    /// Takes another member's token for an address whose own member gives none; null where nobody gives any. All members are asked at
    /// once, so that the others may just be about to give theirs: for that it waits, within a bound.
    /// </summary>
    public async Task<string?> BorrowAsync(EtcdEndpoint endpoint, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var overdue = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        while (Volatile.Read(ref _last) is null)
        {
            var others = _asked.Where(a => a.Value != endpoint && !a.Key.IsCompleted).Select(a => a.Key).ToArray();
            if (others.Length == 0 || overdue.IsCancellationRequested)
            {
                break;
            }

            await Task.WhenAny([.. others, Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token)]).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Volatile.Read(ref _last) is { } token ? _tokens[endpoint] = token : null;
    }

    /// <summary>Throws a token away that the member at an address no longer takes, unless there is another one already.</summary>
    public void Forget(EtcdEndpoint endpoint, string stale)
    {
        _tokens.TryRemove(KeyValuePair.Create(endpoint, stale));
        Interlocked.CompareExchange(ref _last, null, stale);
    }
}
