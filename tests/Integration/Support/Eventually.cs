using System.Diagnostics;

namespace EtcdDefrag.Integration.Support;

/// <summary>Waits for something that comes about by itself, instead of for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Asks again and again; fails the test when the condition does not hold in time.</summary>
    /// <param name="condition">The condition. An exception counts as "not yet", and the last one is shown.</param>
    /// <param name="what">What is waited for, as the rest of "It did not come about that ...".</param>
    /// <param name="timeout">How long; null for 20 s.</param>
    /// <param name="pause">The time between two questions; null for 50 ms.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null, TimeSpan? pause = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var (holds, failure) = await TryAsync(condition);
            if (holds)
            {
                return;
            }

            if (clock.Elapsed >= (timeout ?? DefaultTimeout))
            {
                throw new TimeoutException($"It did not come about that {what}. {failure?.Message}", failure);
            }

            await Task.Delay(pause ?? Pause, TimeProvider.System);
        }
    }

    /// <summary>Asks again and again; fails the test when the condition does not hold in time.</summary>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, timeout);

    private static async Task<(bool Holds, Exception? Failure)> TryAsync(Func<Task<bool>> condition)
    {
        try
        {
            return (await condition(), null);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return (false, exception);
        }
    }
}
