namespace EtcdDefrag.Sandbox.Network;

/// <summary>What is wrong with the network at the moment, for all connections of one proxy, and what has passed through it.</summary>
internal sealed class TcpFaults(TimeProvider time)
{
    public const int LargestChunk = 16 * 1024;

    // A throttled connection moves on in steps this long, so that it is slow and not merely late.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly object _lock = new();
    private TaskCompletionSource _changed = NewChange();
    private TcpBlackhole _blackhole;
    private long _delayTicks;
    private long _bytesPerSecond;

    public TcpTraffic ToServer { get; } = new();

    public TcpTraffic ToClient { get; } = new();

    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value >= TimeSpan.Zero ? value.Ticks : throw new ArgumentOutOfRangeException(nameof(value)));
    }

    public long? BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond) is > 0 and var rate ? rate : null;
        set => Interlocked.Exchange(ref _bytesPerSecond, value is null or > 0 ? value ?? 0 : throw new ArgumentOutOfRangeException(nameof(value)));
    }

    public TcpBlackhole Blackhole
    {
        get
        {
            lock (_lock)
            {
                return _blackhole;
            }
        }

        set
        {
            lock (_lock)
            {
                _blackhole = value;
                _changed.TrySetResult();
                _changed = NewChange();
            }
        }
    }

    /// <summary>How much may be taken from the sender at a time.</summary>
    public int NextChunk => BytesPerSecond is { } rate ? (int)Math.Clamp(rate * Step.TotalSeconds, 1, LargestChunk) : LargestChunk;

    /// <summary>Waits as long as the network would take to bring a chunk to the other side.</summary>
    public async Task CarryAsync(TcpBlackhole direction, int bytes, CancellationToken cancellationToken)
    {
        var way = Delay + (BytesPerSecond is { } rate ? TimeSpan.FromSeconds((double)bytes / rate) : TimeSpan.Zero);
        if (way > TimeSpan.Zero)
        {
            await Task.Delay(way, time, cancellationToken).ConfigureAwait(false);
        }

        while (IsClosed(direction, out var change))
        {
            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsClosed(TcpBlackhole direction, out Task change)
    {
        lock (_lock)
        {
            change = _changed.Task;
            return _blackhole.HasFlag(direction);
        }
    }
}

/// <summary>Counts one direction.</summary>
internal sealed class TcpTraffic
{
    private long _taken;
    private long _delivered;

    /// <summary>The bytes the proxy has received.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>The bytes the proxy has sent on.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    public void Take(int bytes) => Interlocked.Add(ref _taken, bytes);

    public void Deliver(int bytes) => Interlocked.Add(ref _delivered, bytes);
}
