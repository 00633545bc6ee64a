using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Sandbox.Processes;

namespace EtcdDefrag.Sandbox.Network;

/// <summary>
/// A TCP proxy on 127.0.0.1 that a test stands between a client and one or several members, to be slow, silent or broken on
/// demand. With several targets it is a load balancer: each new connection goes to the next. The faults may be changed at any
/// time and from any thread; they hold for the connections that are open and for those to come.
/// </summary>
public sealed class TcpFaultProxy : IAsyncDisposable
{
    private const int Attempts = 10;

    private readonly ConcurrentDictionary<TcpFaultConnection, Task> _open = new();
    private readonly TcpFaults _faults;
    private readonly object _lock = new();
    private readonly IPEndPoint _address;
    private readonly TcpRoute _route;
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _connections;
    private bool _disposed;

    private TcpFaultProxy(IPEndPoint address, TcpRoute route, TimeProvider time)
    {
        _address = address;
        _route = route;
        _faults = new TcpFaults(time);
        Listen();
    }

    /// <summary>The proxy's own address, such as <c>http://127.0.0.1:20001</c>.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_address.Port}");

    /// <summary>
    /// How long each chunk of at most 16 KiB is held before it is sent on, in either direction. The chunks of one direction follow
    /// each other, so that this also bounds how much passes.
    /// </summary>
    public TimeSpan Delay
    {
        get => _faults.Delay;
        set => _faults.Delay = value;
    }

    /// <summary>How much passes in each direction of each connection; null for no bound.</summary>
    public long? BytesPerSecond
    {
        get => _faults.BytesPerSecond;
        set => _faults.BytesPerSecond = value;
    }

    /// <summary>
    /// Where nothing comes through. Connections stay open and new ones are taken; what is sent is held, ends of streams too, and
    /// goes on its way when the direction is opened again.
    /// </summary>
    public TcpBlackhole Blackhole
    {
        get => _faults.Blackhole;
        set => _faults.Blackhole = value;
    }

    /// <summary>Whether new connections are refused, as if nothing listened here. Open ones are not touched.</summary>
    /// <exception cref="SocketException">On taking connections again: another process has taken the port.</exception>
    public bool RefuseNew
    {
        get
        {
            lock (_lock)
            {
                return _listener is null;
            }
        }

        set
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (value)
                {
                    StopListening();
                }
                else if (_listener is null)
                {
                    Listen();
                }
            }
        }
    }

    /// <summary>The connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The connections that are open now.</summary>
    public int OpenConnections => _open.Count;

    /// <summary>The bytes received from clients, sent on or not.</summary>
    public long BytesFromClient => _faults.ToServer.Taken;

    /// <summary>The bytes sent on to servers.</summary>
    public long BytesToServer => _faults.ToServer.Delivered;

    /// <summary>The bytes received from servers, sent on or not.</summary>
    public long BytesFromServer => _faults.ToClient.Taken;

    /// <summary>The bytes sent on to clients.</summary>
    public long BytesToClient => _faults.ToClient.Delivered;

    /// <summary>Starts a proxy.</summary>
    /// <param name="targets">Where connections go, such as <c>http://127.0.0.1:20001</c>; numbers only, no host names.</param>
    public static TcpFaultProxy Start(params string[] targets) => Start(TimeProvider.System, targets);

    /// <summary>Starts a proxy on a clock of the caller's.</summary>
    /// <param name="timeProvider">The clock of the delays.</param>
    /// <param name="targets">Where connections go.</param>
    public static TcpFaultProxy Start(TimeProvider timeProvider, params string[] targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Length == 0)
        {
            throw new ArgumentException("A proxy needs a target.", nameof(targets));
        }

        var addresses = targets.Select(target => new Uri(target)).Select(uri => new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port)).ToArray();
        var turn = -1;
        return Start(timeProvider, (_, _) => new(addresses[(uint)Interlocked.Increment(ref turn) % (uint)addresses.Length]));
    }

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
        Task accepting;
        lock (_lock)
        {
            _disposed = true;
            StopListening();
            accepting = _accepting;
        }

        await accepting.ConfigureAwait(false);
        Cut();
        await Task.WhenAll(_open.Values).ConfigureAwait(false);
    }

    /// <summary>Starts a proxy that chooses each connection's target by itself.</summary>
    internal static TcpFaultProxy Start(TimeProvider timeProvider, TcpRoute route)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Not a port out of those the system hands out: it has to be had again after new connections were refused.
            var address = new IPEndPoint(IPAddress.Loopback, LoopbackPorts.Find(1)[0]);
            try
            {
                return new TcpFaultProxy(address, route, timeProvider);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < Attempts)
            {
                // Someone was quicker.
            }
        }
    }

    private void Listen()
    {
        var listener = new TcpListener(_address);
        listener.Start();
        _listener = listener;
        _accepting = Task.WhenAll(_accepting, AcceptAsync(listener));
    }

    private void StopListening()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (await AcceptOneAsync(listener).ConfigureAwait(false) is { } client)
        {
            var connection = new TcpFaultConnection(client, _faults);
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open[connection] = ended.Task;
            Interlocked.Increment(ref _connections);
            _ = CarryAsync(connection, ended);
        }
    }

    private async Task CarryAsync(TcpFaultConnection connection, TaskCompletionSource ended)
    {
        try
        {
            await connection.RunAsync(_route).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(connection, out _);
            connection.Dispose();
            ended.SetResult();
        }
    }

    private static async Task<Socket?> AcceptOneAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptSocketAsync().ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client left before it was its turn.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // It listens no more.
                return null;
            }
        }
    }
}
