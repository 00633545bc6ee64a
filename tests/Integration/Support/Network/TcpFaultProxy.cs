using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Integration.Support.Network;

/// <summary>Chooses where a new connection goes. It may look at what the client sends first, without taking it.</summary>
internal delegate ValueTask<IPEndPoint> TcpRoute(Socket client, CancellationToken cancellationToken);

/// <summary>
/// A TCP proxy on 127.0.0.1 that a test stands between a client and one or several members, to be slow, silent or broken on
/// demand. The faults may be changed at any time and from any thread; they hold for the connections that are open and for those to
/// come.
/// </summary>
internal sealed class TcpFaultProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpFaultConnection, Task> _open = new();
    private readonly object _lock = new();
    private readonly IPEndPoint _address;
    private readonly TcpRoute _route;
    private volatile TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _connections;
    private long _bytesPerSecond;

    private TcpFaultProxy(TcpRoute route)
    {
        // Not on a port out of those the system hands out: it has to be had again after new connections were refused.
        var listener = LoopbackPorts.Listen();
        _address = (IPEndPoint)listener.LocalEndpoint;
        _route = route;
        Accept(listener);
    }

    /// <summary>The proxy's own address, such as <c>http://127.0.0.1:20001</c>.</summary>
    public string Endpoint => $"http://127.0.0.1:{_address.Port}";

    /// <summary>
    /// How long each chunk of at most 16 KiB is held before it is sent on, in either direction. The chunks of one direction follow
    /// each other, so that this also bounds how much passes.
    /// </summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How much passes in each direction of each connection; null for no bound.</summary>
    public long? BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond) is > 0 and var rate ? rate : null;
        set => Interlocked.Exchange(ref _bytesPerSecond, value ?? 0);
    }

    /// <summary>
    /// Where nothing comes through. Connections stay open and new ones are taken; what is sent is held, ends of streams too, and
    /// goes on its way when the direction is opened again.
    /// </summary>
    public TcpBlackhole Blackhole { get; set; }

    /// <summary>Whether new connections are refused, as if nothing listened here. Open ones are not touched.</summary>
    /// <exception cref="SocketException">On taking connections again: another process has taken the port.</exception>
    public bool RefuseNew
    {
        get => _listener is null;
        set
        {
            lock (_lock)
            {
                if (value)
                {
                    _listener?.Dispose();
                    _listener = null;
                }
                else if (_listener is null)
                {
                    var listener = new TcpListener(_address);
                    listener.Start();
                    Accept(listener);
                }
            }
        }
    }

    /// <summary>The connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public int OpenConnections => _open.Count;

    /// <summary>The bytes received from clients, sent on or not.</summary>
    public long BytesFromClient => Interlocked.Read(ref ToServer.Received);

    public long BytesToServer => Interlocked.Read(ref ToServer.Sent);

    /// <summary>The bytes received from servers, sent on or not.</summary>
    public long BytesFromServer => Interlocked.Read(ref ToClient.Received);

    public long BytesToClient => Interlocked.Read(ref ToClient.Sent);

    public TcpTraffic ToServer { get; } = new();

    public TcpTraffic ToClient { get; } = new();

    /// <summary>Starts a proxy. With several targets it is a load balancer: each new connection goes to the next.</summary>
    /// <param name="targets">Where connections go, such as <c>http://127.0.0.1:20001</c>; numbers only, no host names.</param>
    public static TcpFaultProxy Start(params string[] targets)
    {
        var addresses = Array.ConvertAll(targets, target => IPEndPoint.Parse(new Uri(target).Authority));
        var turn = -1;
        return Start((_, _) => new(addresses[(uint)Interlocked.Increment(ref turn) % (uint)addresses.Length]));
    }

    /// <summary>Starts a proxy that chooses each connection's target by itself.</summary>
    public static TcpFaultProxy Start(TcpRoute route) => new(route);

    /// <summary>Resets all open connections now. New ones are taken.</summary>
    public void Cut()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Cut();
        }
    }

    /// <summary>Stops listening, resets what is open and waits until all of it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        RefuseNew = true;
        await _accepting;
        Cut();
        await Task.WhenAll(_open.Values);
    }

    private void Accept(TcpListener listener)
    {
        _listener = listener;

        // Off the caller's context: a test that blocks its thread must not hold connections up.
        _accepting = Task.WhenAll(_accepting, Task.Run(() => AcceptAsync(listener)));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptSocketAsync());
            }
            catch (SocketException exception)
                when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client left before it was its turn.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // It listens no more.
                return;
            }
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var connection = new TcpFaultConnection(client, this);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[connection] = ended.Task;
        Interlocked.Increment(ref _connections);
        try
        {
            await connection.RunAsync(_route);
        }
        finally
        {
            _open.TryRemove(connection, out _);
            ended.SetResult();
        }
    }
}
