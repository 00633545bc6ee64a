using System.Net;
using System.Net.Sockets;

namespace EtcdDefrag.Sandbox.Network;

/// <summary>Chooses where a new connection goes. It may look at what the client sends first, without taking it.</summary>
internal delegate ValueTask<IPEndPoint> TcpRoute(Socket client, CancellationToken cancellationToken);

/// <summary>One client's connection and its other half to the server.</summary>
internal sealed class TcpFaultConnection(Socket client, TcpFaults faults) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Carries bytes until both sides have ended, one has broken, or it is cut. Never throws.</summary>
    public async Task RunAsync(TcpRoute route)
    {
        try
        {
            client.NoDelay = true;
            var target = await route(client, _cut.Token).ConfigureAwait(false);
            await _server.ConnectAsync(target, _cut.Token).ConfigureAwait(false);
            await Task.WhenAll(
                PumpAsync(client, _server, TcpBlackhole.ToServer, faults.ToServer),
                PumpAsync(_server, client, TcpBlackhole.ToClient, faults.ToClient)).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The server cannot be reached; the client learns it from the reset below.
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

    private static bool IsBroken(Exception exception) => exception is SocketException or ObjectDisposedException or OperationCanceledException;

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
            var buffer = new byte[TcpFaults.LargestChunk];
            while (await from.ReceiveAsync(buffer.AsMemory(0, faults.NextChunk), _cut.Token).ConfigureAwait(false) is > 0 and var read)
            {
                traffic.Take(read);
                await faults.CarryAsync(direction, read, _cut.Token).ConfigureAwait(false);
                await SendAsync(to, buffer.AsMemory(0, read)).ConfigureAwait(false);
                traffic.Deliver(read);
            }

            // The end of the stream has to come through the same hole as its bytes.
            await faults.CarryAsync(direction, bytes: 0, _cut.Token).ConfigureAwait(false);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // What breaks on one side is handed on to the other.
            Cut();
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await to.SendAsync(bytes[sent..], _cut.Token).ConfigureAwait(false);
        }
    }
}
