namespace EtcdDefrag.Monitoring;

/// <summary>Time and chance, which tests bring themselves.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Jitter">Gives numbers from 0 to 1, from any thread.</param>
internal sealed record MonitorClock(TimeProvider Time, Func<double> Jitter)
{
    // One timer takes about 49 days at most; a long wait looks at the clock in between, which also bears its being set.
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
