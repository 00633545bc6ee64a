namespace EtcdDefrag.Monitoring;

/// <summary>
/// Shows that a loop is alive, even if it has no events for hours: the supervisor beats every 2 s, between rounds, during rounds and
/// while it stops.
/// </summary>
internal sealed class MonitorHeartbeat(TimeProvider time)
{
    private long _last = time.GetTimestamp();

    /// <summary>The time since the last beat. More than 10 s means that the loop hangs.</summary>
    public TimeSpan Age => time.GetElapsedTime(Interlocked.Read(ref _last));

    public void Beat() => Interlocked.Exchange(ref _last, time.GetTimestamp());
}
