using System.Net.Sockets;

namespace EtcdDefrag.Integration.Support.Network;

/// <summary>One client's connection through a proxy, and its other half to the server.</summary>
internal sealed class TcpFaultConnection(Socket client, TcpFaultProxy proxy) : IDisposable
{
    private const int MaxChunk = 16 * 1024;

    // A throttled connection moves on in steps this long, so that it is slow and not merely late.
    private static readonly TimeSpan ThrottleStep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BlackholePoll = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _cut = new();
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Carries bytes until both sides have ended, one has broken, or it is cut. Never throws.</summary>
    public async Task RunAsync(TcpRoute route)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(await route(client, _cut.Token), _cut.Token);
            await Task.WhenAll(
                PumpAsync(client, _server, TcpBlackhole.ToServer, proxy.ToServer),
                PumpAsync(_server, client, TcpBlackhole.ToClient, proxy.ToClient));
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The server cannot be reached; the client learns it from the reset.
            Cut();
        }

        client.Dispose();
        _server.Dispose();
    }

    /// <summary>Breaks both halves; both sides receive a reset.</summary>
    public void Cut()
    {
        try
        {
            _cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }

        Reset(client);
        Reset(_server);
    }

    public void Dispose() => _cut.Dispose();

    private static bool IsBroken(Exception exception) =>
        exception is SocketException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Ends a connection without the usual farewell, so that the other side sees it as broken.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.Close(timeout: 0);
        }
        catch (SocketException)
        {
            // It was broken already.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, TcpBlackhole direction, TcpTraffic traffic)
    {
        try
        {
            var buffer = new byte[MaxChunk];
            while (await from.ReceiveAsync(buffer.AsMemory(0, NextChunk()), _cut.Token) is > 0 and var read)
            {
                Interlocked.Add(ref traffic.Received, read);
                await HoldAsync(direction, read);
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _cut.Token);
                }

                Interlocked.Add(ref traffic.Sent, read);
            }

            // The end of the stream has to come through the same hole as its bytes.
            await HoldAsync(direction, bytes: 0);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // What breaks on one side is handed on to the other.
            Cut();
        }
    }

    private int NextChunk() =>
        proxy.BytesPerSecond is { } rate ? (int)Math.Clamp(rate * ThrottleStep.TotalSeconds, 1, MaxChunk) : MaxChunk;

    /// <summary>Waits as long as the network would take to bring a chunk to the other side.</summary>
    private async Task HoldAsync(TcpBlackhole direction, int bytes)
    {
        var delay = proxy.Delay + (proxy.BytesPerSecond is { } rate ? TimeSpan.FromSeconds((double)bytes / rate) : TimeSpan.Zero);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, TimeProvider.System, _cut.Token);
        }

        while (proxy.Blackhole.HasFlag(direction))
        {
            await Task.Delay(BlackholePoll, TimeProvider.System, _cut.Token);
        }
    }
}

/// <summary>The bytes of one direction.</summary>
internal sealed class TcpTraffic
{
    public long Received;
    public long Sent;
}
