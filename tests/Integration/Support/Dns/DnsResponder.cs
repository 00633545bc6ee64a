using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Integration.Support.Dns;

/// <summary>
/// A DNS resolver on loopback, over UDP and TCP at one port, which knows the SRV records it is given and says NXDOMAIN to any
/// other name, or misbehaves as it is told.
/// </summary>
internal sealed class DnsResponder : IAsyncDisposable
{
    private const int MaxTries = 20;

    // Long enough that the asker has read what came before it.
    private static readonly TimeSpan PauseOfSplit = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, (DnsMode Mode, IReadOnlyList<ServiceRecord>? Records)> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<(string Name, bool OverTcp)> _questions = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _tcp;
    private readonly UdpClient _udp;
    private readonly Task _serving;

    private DnsResponder(TcpListener tcp, UdpClient udp)
    {
        _tcp = tcp;
        _udp = udp;
        Address = (IPEndPoint)tcp.LocalEndpoint;
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>Where it is asked.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The questions so far, and whether they came over TCP.</summary>
    public IReadOnlyList<(string Name, bool OverTcp)> Questions => [.. _questions];

    /// <summary>Starts one.</summary>
    /// <param name="address">The loopback address; null for 127.0.0.1.</param>
    public static DnsResponder Start(IPAddress? address = null)
    {
        for (var left = MaxTries; ; left--)
        {
            var tcp = new TcpListener(address ?? IPAddress.Loopback, 0);
            tcp.Start();
            try
            {
                return new DnsResponder(tcp, new UdpClient((IPEndPoint)tcp.LocalEndpoint));
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse && left > 0)
            {
                // Somebody has the same port for UDP; another pair of ports then.
                tcp.Stop();
            }
        }
    }

    /// <summary>Gives a name its records.</summary>
    /// <param name="name">For example <c>_etcd-client._tcp.example.test</c>.</param>
    /// <param name="records">The records.</param>
    public DnsResponder Serve(string name, params ServiceRecord[] records) => Serve(name, DnsMode.Answer, records);

    /// <summary>Says how to answer for a name.</summary>
    public DnsResponder Serve(string name, DnsMode mode, params ServiceRecord[] records)
    {
        _names[name] = (mode, records);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _tcp.Stop();
        await _serving;
        _udp.Dispose();
        _end.Dispose();
    }

    private (DnsMode Mode, IEnumerable<byte[]> Messages) Answer(ReadOnlySpan<byte> query, bool overTcp)
    {
        var reply = new DnsReply(query);
        _questions.Enqueue((reply.Name, overTcp));
        var (mode, records) = _names.GetValueOrDefault(reply.Name, (DnsMode.Answer, null));
        return (mode, reply.Answer(mode, records, overTcp));
    }

    private async Task ServeUdpAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var query = await _udp.ReceiveAsync(_end.Token);
                foreach (var message in Answer(query.Buffer, overTcp: false).Messages)
                {
                    await _udp.SendAsync(message, query.RemoteEndPoint, _end.Token);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The asker is gone, or the end.
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        var clients = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                clients.Add(AnswerAsync(await _tcp.AcceptTcpClientAsync(_end.Token)));
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        }

        await Task.WhenAll(clients);
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _end.Token);
                var query = new byte[(length[0] << 8) | length[1]];
                await stream.ReadExactlyAsync(query, _end.Token);
                var (mode, messages) = Answer(query, overTcp: true);
                byte[] bytes = [.. messages.SelectMany(m => (byte[])[(byte)(m.Length >> 8), (byte)m.Length, .. m])];
                if (mode == DnsMode.SplitOverTcp)
                {
                    client.NoDelay = true;
                    await stream.WriteAsync(bytes.AsMemory(0, 1), _end.Token);
                    await Task.Delay(PauseOfSplit, _end.Token);
                    bytes = bytes[1..];
                }

                await stream.WriteAsync(bytes, _end.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The asker is gone, or the end.
            }
        }
    }
}
