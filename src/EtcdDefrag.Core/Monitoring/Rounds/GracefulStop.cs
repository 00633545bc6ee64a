namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// Ends a run when its round is to end: at once where nothing is being defragmented, else when the member under way has its result.
/// Once the whole monitor stops, that is waited for only for a bounded time.
/// </summary>
internal sealed class GracefulStop : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly CancellationTokenRegistration _onEnd;
    private readonly CancellationTokenRegistration _onStop;
    private readonly CancellationToken _end;
    private ITimer? _timer;
    private bool _isCalling;
    private bool _isCut;
    private bool _isDisposed;

    public GracefulStop(MonitorStop ending, TimeProvider time)
    {
        _end = ending.End;
        _onStop = ending.Stop.Register(() => StartTimeout(time, ending.Timeout));
        _onEnd = ending.End.Register(CutUnlessCalling);
    }

    /// <summary>Whether no further member is to be begun.</summary>
    public bool IsStopRequested => _end.IsCancellationRequested;

    /// <summary>Ends the run.</summary>
    public CancellationToken Token => _cut.Token;

    /// <summary>Notes that a call is to begin. Where the gracefulStop was pulled before, the run is ended instead: the call sees its token.</summary>
    public void EnterCall() => Decide(() =>
    {
        _isCalling = !IsStopRequested && !_isCut;
        return !_isCalling;
    });

    public void CallEnds() => Decide(() =>
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

        _cut.Dispose();
    }

    private void StartTimeout(TimeProvider time, TimeSpan timeout)
    {
        lock (_gate)
        {
            _timer = time.CreateTimer(_ => Cancel(), null, timeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void CutUnlessCalling() => Decide(() => !_isCalling);

    private void Cancel() => Decide(() => true);

    /// <summary>Tests and decides under one lock, so that nothing comes between: a call has begun before the gracefulStop, or never does.</summary>
    private void Decide(Func<bool> isOver)
    {
        lock (_gate)
        {
            if (!isOver() || _isDisposed)
            {
                return;
            }

            _isCut = true;
        }

        try
        {
            _cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended by itself at this very moment.
        }
    }
}

/// <summary>How a round is told to end.</summary>
/// <param name="Timeout">How long a stop waits for the member under way.</param>
/// <param name="End">No further member is to be begun: the configuration has changed, or the monitor stops.</param>
/// <param name="Stop">The monitor stops.</param>
internal sealed record MonitorStop(TimeSpan Timeout, CancellationToken End, CancellationToken Stop);
