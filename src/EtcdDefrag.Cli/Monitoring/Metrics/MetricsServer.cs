using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A small HTTP/1.1 server for read-only pages, with limits on connections, bytes and time. README.md says why it is not the runtime's
/// HttpListener.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    /// <summary>One more replaces the one that has been open longest, so that a probe is answered however many clients are slow.</summary>
    public const int MaxConnections = 64;

    private const int Backlog = 128;

    private readonly TcpListener _listener;
    private readonly Func<string, HttpReply> _find;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private MetricsServer(TcpListener listener, Func<string, HttpReply> find, TimeProvider time)
    {
        _listener = listener;
        _find = find;
        _time = time;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Serves the pages that <paramref name="find"/> gives, to several clients at the same time.</summary>
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

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<(Socket Socket, Task Serving)>();
        while (!_stop.IsCancellationRequested)
        {
            if (await TryAcceptAsync().ConfigureAwait(false) is not { } socket)
            {
                continue;
            }

            open.RemoveAll(c => c.Serving.IsCompleted);
            if (open.Count >= MaxConnections)
            {
                open[^MaxConnections].Socket.Dispose();
            }

            open.Add((socket, Task.Run(() => ServeAsync(socket), CancellationToken.None)));
        }

        _listener.Dispose();
        await Task.WhenAll(open.Select(c => c.Serving)).ConfigureAwait(false);
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
            // A client that left before its turn, or no file descriptors for a moment.
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await new HttpExchange(socket, _find, _time).RunAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has left, takes its answer too slowly, or had to make room.
            }
        }
    }
}
