namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// Cancels the run of a round that is to end: at once if no member is being defragmented, else when the current member has its result.
/// A stop of the whole monitor waits for that result only for a bounded time.
/// </summary>
internal sealed class GracefulStop : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenRegistration _onEnd;
    private readonly CancellationTokenRegistration _onStop;
    private readonly CancellationToken _end;
    private ITimer? _timer;
    private bool _isCalling;
    private bool _isCancelled;
    private bool _isDisposed;

    public GracefulStop(MonitorStop stop, TimeProvider time)
    {
        _end = stop.End;
        _onStop = stop.Stop.Register(() => StartTimeout(time, stop.Timeout));
        _onEnd = stop.End.Register(() => CancelIf(() => !_isCalling));
    }

    /// <summary>Whether no further member may be started.</summary>
    public bool IsStopRequested => _end.IsCancellationRequested;

    /// <summary>Cancels the run.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>A call is about to begin. If the stop came before, the run is cancelled instead, and the call sees its token.</summary>
    public void EnterCall() => CancelIf(() =>
    {
        _isCalling = !IsStopRequested && !_isCancelled;
        return !_isCalling;
    });

    public void LeaveCall() => CancelIf(() =>
    {
        _isCalling = false;
        return IsStopRequested;
    });

    public void Dispose()
    {
        _onEnd.Dispose();
        _onStop.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }

        _cancel.Dispose();
    }

    private void StartTimeout(TimeProvider time, TimeSpan timeout)
    {
        lock (_gate)
        {
            _timer = time.CreateTimer(_ => CancelIf(() => true), null, timeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Decides under the lock, so that a call has either begun before the stop or never begins.</summary>
    private void CancelIf(Func<bool> condition)
    {
        lock (_gate)
        {
            if (!condition() || _isDisposed)
            {
                return;
            }

            _isCancelled = true;
        }

        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended by itself.
        }
    }
}

/// <summary>How a round is told to end.</summary>
/// <param name="Timeout">How long a stop waits for the current member.</param>
/// <param name="End">No further member is started: the configuration has changed, or the monitor stops.</param>
/// <param name="Stop">The monitor stops.</param>
internal sealed record MonitorStop(TimeSpan Timeout, CancellationToken End, CancellationToken Stop);
