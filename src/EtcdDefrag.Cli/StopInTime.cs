namespace EtcdDefrag.Cli;

/// <summary>Waits for work that may hang where nobody can cancel it.</summary>
internal static class StopInTime
{
    /// <summary>Waits until the work has ended, however long that takes, but once it has to stop only for so long.</summary>
    /// <param name="work">The work.</param>
    /// <param name="limit">How long it may take to stop.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Tells it to stop.</param>
    /// <returns>Whether it has ended.</returns>
    public static async Task<bool> WaitAsync(Task work, TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        var stopRequested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = stop.Register(stopRequested.SetResult);
        await using (registration.ConfigureAwait(false))
        {
            await Task.WhenAny(work, stopRequested.Task).ConfigureAwait(false);
        }

        using var over = new CancellationTokenSource();
        await Task.WhenAny(work, Task.Delay(limit, time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return work.IsCompleted;
    }
}
