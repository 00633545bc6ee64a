namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Repeats a signal at an interval as long as something is alive; no interval means never.</summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    public Watchdog(TimeSpan? interval, Func<bool> isAlive, Action signal, TimeProvider time) =>
        _running = interval is { } every ? RunAsync(every, isAlive, signal, time, _end.Token) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static async Task RunAsync(TimeSpan interval, Func<bool> isAlive, Action signal, TimeProvider time, CancellationToken end)
    {
        while (true)
        {
            if (isAlive())
            {
                signal();
            }

            await Task.Delay(interval, time, end).ConfigureAwait(false);
        }
    }
}
