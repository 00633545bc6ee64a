namespace EtcdDefrag.Monitoring;

/// <summary>Time and randomness, both replaceable in tests. <paramref name="Jitter"/> gives numbers from 0 to 1, from any thread.</summary>
internal sealed record MonitorClock(TimeProvider Time, Func<double> Jitter)
{
    // A timer takes about 49 days at most. Looking at the clock in between also notices that it was set.
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    public async Task WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (due - Time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < MaxWait ? left : MaxWait, Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
