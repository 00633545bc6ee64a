using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support.Load;

/// <summary>One client of a cluster: the same call again and again, through the member that answers.</summary>
internal abstract class WorkloadClient : IDisposable
{
    // As long as a client of today waits before it tries the next member.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1.5);

    private readonly EtcdSandboxClient[] _clients;
    private readonly object _lock = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private int _current;
    private int _succeeded;
    private int _failed;
    private long? _lastSuccess;
    private TimeSpan _longestGap;
    private string? _lastFailure;

    protected WorkloadClient(IReadOnlyList<EtcdSandboxMember> members, int first)
    {
        _clients = [.. members.Select(member => member.OpenClient())];
        _current = first % _clients.Length;
    }

    /// <summary>The calls that succeeded so far.</summary>
    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Calls until it is told to stop. Never throws.</summary>
    public async Task RunAsync(TimeSpan pause, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await TryAsync(end);
            await Task.Delay(pause, TimeProvider.System, end).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        Note(succeeded: null, failure: null);
    }

    /// <summary>How it fared.</summary>
    public ClientSum Sum()
    {
        lock (_lock)
        {
            return new ClientSum(_succeeded, _failed, _longestGap, _lastFailure);
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    /// <summary>Makes one call.</summary>
    protected abstract Task CallAsync(EtcdSandboxClient client, CancellationToken cancellationToken);

    private async Task TryAsync(CancellationToken end)
    {
        using var deadline = new CancellationTokenSource(CallTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, end);
        try
        {
            await CallAsync(_clients[_current], either.Token);
            Note(succeeded: true, failure: null);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The end: neither a success nor a failure.
        }
        catch (Exception exception) when (exception is
            HttpRequestException or OperationCanceledException or TimeoutException or EtcdSandboxClientException)
        {
            Note(succeeded: false, exception.Message);
            _current = (_current + 1) % _clients.Length;
        }
    }

    private void Note(bool? succeeded, string? failure)
    {
        lock (_lock)
        {
            if (succeeded == false)
            {
                _failed++;
                _lastFailure = failure;
                return;
            }

            // The end of the run ends a gap too.
            var now = TimeProvider.System.GetTimestamp();
            var gap = TimeProvider.System.GetElapsedTime(_lastSuccess ?? _started, now);
            _longestGap = gap > _longestGap ? gap : _longestGap;
            if (succeeded == true)
            {
                _lastSuccess = now;
                _succeeded++;
            }
        }
    }
}
