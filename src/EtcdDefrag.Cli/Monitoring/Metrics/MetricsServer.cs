using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A small HTTP/1.1 server for pages that are read only. HttpListener would do but for its bounds, which cannot be set outside
/// Windows; here everything that a caller can take has one: connections, bytes, time.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    /// <summary>
    /// How many connections are open at once. Who comes beyond takes the place of the one that has been open longest, so that a probe
    /// is answered however many others are slow.
    /// </summary>
    public const int MaxConnections = 64;

    private const int Backlog = 128;

    private readonly TcpListener _listener;
    private readonly Func<string, HttpReply> _find;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly LinkedList<Socket> _open = [];
    private readonly HashSet<Task> _serving = [];
    private readonly Task _accepting;

    private MetricsServer(TcpListener listener, Func<string, HttpReply> find, TimeProvider time)
    {
        _listener = listener;
        _find = find;
        _time = time;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Begins to serve.</summary>
    /// <param name="address">The one address to listen on.</param>
    /// <param name="find">Gives the page of a path. It is called by several at once.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static MetricsServer Start(IPEndPoint address, Func<string, HttpReply> find, TimeProvider time)
    {
        var listener = new TcpListener(address);
        try
        {
            listener.Start(Backlog);
            return new MetricsServer(listener, find, time);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Dispose();

        Task[] left;
        lock (_gate)
        {
            left = [.. _serving];
        }

        await Task.WhenAll(left).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await TryAcceptAsync().ConfigureAwait(false) is { } socket)
            {
                Begin(socket);
            }
        }
    }

    private void Begin(Socket socket)
    {
        lock (_gate)
        {
            if (_open.Count == MaxConnections)
            {
                _open.First!.Value.Dispose();
                _open.RemoveFirst();
            }

            _open.AddLast(socket);
            var serving = Task.Run(() => ServeAsync(socket), CancellationToken.None);
            _serving.Add(serving);
            _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Forget(Task served)
    {
        lock (_gate)
        {
            _serving.Remove(served);
        }
    }

    private async Task<Socket?> TryAcceptAsync()
    {
        try
        {
            return await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException)
        {
            // A caller that left before its turn, or no more file descriptors for a moment: the next one may have more luck.
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await new HttpExchange(socket, _find, _time).RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The caller's loss: it left, takes its answer too slowly, or had to make room.
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(socket);
            }

            socket.Dispose();
        }
    }
}
