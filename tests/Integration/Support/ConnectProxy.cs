using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdDefrag.Integration.Support;

/// <summary>
/// An HTTP proxy that gives tunnels (CONNECT) and nothing else. Whatever host it is asked for, it leads to the same port of this
/// machine's loopback; so it can be told by names that nobody else knows.
/// </summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string? _wanted;
    private readonly Task _serving;

    /// <summary>Starts to listen.</summary>
    /// <param name="credential">The user and password (name:password) that it gives tunnels to; null for everybody.</param>
    public ConnectProxy(string? credential = null)
    {
        _wanted = credential is null ? null : "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(credential));
        _listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    /// <summary>Where it listens, without a scheme.</summary>
    public string Address { get; }

    /// <summary>What it was asked for, in any way: the first line of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Where it has led to.</summary>
    public ConcurrentQueue<string> Tunnels { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var clients = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        }

        await Task.WhenAll(clients);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadHeadAsync(stream) is { Length: > 0 } head)
                {
                    var request = head[0].Split(' ');
                    Requests.Enqueue(head[0]);
                    if (request[0] != "CONNECT")
                    {
                        await AnswerAsync(stream, "405 Method Not Allowed");
                    }
                    else if (_wanted is not null && !head.Contains($"Proxy-Authorization: {_wanted}"))
                    {
                        await AnswerAsync(stream, "407 Proxy Authentication Required");
                    }
                    else
                    {
                        Tunnels.Enqueue(request[1]);
                        await LeadAsync(stream, int.Parse(request[1][(request[1].LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the two sides has ended it, or the end.
            }
        }
    }

    private async Task LeadAsync(NetworkStream client, int port)
    {
        using var member = new TcpClient();
        await member.ConnectAsync(IPAddress.Loopback, port, _end.Token);
        await client.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _end.Token);
        var stream = member.GetStream();
        await Task.WhenAny(client.CopyToAsync(stream, _end.Token), stream.CopyToAsync(client, _end.Token));
    }

    private ValueTask AnswerAsync(NetworkStream stream, string status) => stream.WriteAsync(
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"), _end.Token);

    /// <summary>Byte by byte, for what comes behind is not the proxy's.</summary>
    private async Task<string[]> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next, _end.Token) > 0)
        {
            head.Append((char)next[0]);
        }

        return head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
