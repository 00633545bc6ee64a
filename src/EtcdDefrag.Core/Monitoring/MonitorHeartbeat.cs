namespace EtcdDefrag.Monitoring;

/// <summary>
/// The sign of life of a loop that may have nothing to say for hours: it beats every few seconds, at rest, in a round and while it
/// stops, from where everything is supervised.
/// </summary>
internal sealed class MonitorHeartbeat
{
    private readonly TimeProvider _time;
    private long _last;

    internal MonitorHeartbeat(TimeProvider time)
    {
        _time = time;
        Beat();
    }

    /// <summary>How long ago it beat last. More than 10 s means that the loop stands still.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Interlocked.Read(ref _last));

    internal void Beat() => Interlocked.Exchange(ref _last, _time.GetTimestamp());
}

/// <summary>What whoever starts a loop asks of it, whatever its configuration says.</summary>
/// <param name="Timeout">How long a stop waits for the member under way.</param>
/// <param name="DryRun">Whether nothing is defragmented.</param>
/// <param name="Heartbeat">Where to show that it is at work.</param>
internal sealed record MonitorRuntimeOptions(TimeSpan Timeout, bool DryRun, MonitorHeartbeat Heartbeat);
