namespace EtcdDefrag.Connection;

/// <summary>A question to a member with a time limit of its own, where a missing answer is nothing but that.</summary>
internal static class BoundedCall
{
    /// <summary>Makes the call; null where it fails or takes too long. Only the caller's own cancellation is thrown.</summary>
    public static async Task<T?> TryAsync<T>(
        Func<CancellationToken, Task<T>> call, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
