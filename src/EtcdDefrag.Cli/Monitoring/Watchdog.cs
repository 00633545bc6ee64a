namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Gives a sign of life again and again, as long as somebody is alive. Once he is not, the silence is the message.</summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    /// <param name="every">How often; null for never.</param>
    /// <param name="isAlive">Whether there is life.</param>
    /// <param name="sign">Gives the sign.</param>
    /// <param name="time">The clock.</param>
    public Watchdog(TimeSpan? every, Func<bool> isAlive, Action sign, TimeProvider time) =>
        _running = every is { } interval ? RunAsync(interval, isAlive, sign, time, _end.Token) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _end.Dispose();
    }

    private static async Task RunAsync(TimeSpan every, Func<bool> isAlive, Action sign, TimeProvider time, CancellationToken end)
    {
        try
        {
            while (true)
            {
                if (isAlive())
                {
                    sign();
                }

                await Task.Delay(every, time, end).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It was told to end.
        }
    }
}
