using System.Collections.Concurrent;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Authentication;

/// <summary>
/// The tokens that members issued, each kept for the address that issued it, so that a new connection to it need not authenticate again
/// and no member of another cluster is shown it. The last one also serves members that issue none: every member of a cluster accepts it.
/// </summary>
internal sealed class ClusterTokens
{
    private readonly ConcurrentDictionary<EtcdEndpoint, string> _tokens = new();
    private readonly ConcurrentDictionary<EtcdEndpoint, Task<string>> _pending = new();
    private volatile string? _last;

    public string? Find(EtcdEndpoint endpoint) => _tokens.GetValueOrDefault(endpoint);

    /// <summary>Takes over the token that an address issued to earlier work of the same user.</summary>
    public void Restore(EtcdEndpoint endpoint, string token) => _last = _tokens[endpoint] = token;

    /// <summary>Keeps the token that an address is about to issue.</summary>
    public Task<string> KeepAsync(EtcdEndpoint endpoint, Task<string> issued)
    {
        return _pending[endpoint] = KeepWhenIssuedAsync();

        async Task<string> KeepWhenIssuedAsync()
        {
            var token = await issued.ConfigureAwait(false);
            _last = token;
            return _tokens[endpoint] = token;
        }
    }

    /// <summary>
    /// Takes another member's token for an address that issues none; null if there is none. Since all members are asked at once, the
    /// others may be about to issue theirs: it waits for them until the timeout.
    /// </summary>
    public async Task<string?> BorrowAsync(EtcdEndpoint endpoint, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeoutSource = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeoutSource.Token);
        while (_last is null && !timeoutSource.IsCancellationRequested && FindPending(endpoint) is { Length: > 0 } others)
        {
            await Task.WhenAny([.. others, Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token)]).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return _last is { } token ? _tokens[endpoint] = token : null;
    }

    /// <summary>Drops a token that an address no longer accepts, unless another one has replaced it.</summary>
    public void Forget(EtcdEndpoint endpoint, string stale)
    {
        _tokens.TryRemove(KeyValuePair.Create(endpoint, stale));
        Interlocked.CompareExchange(ref _last, null, stale);
    }

    private Task[] FindPending(EtcdEndpoint except) =>
        [.. _pending.Where(p => p.Key != except && !p.Value.IsCompleted).Select(p => p.Value)];
}
