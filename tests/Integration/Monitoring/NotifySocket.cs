using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>The end of the line to systemd: a socket that takes what a service says of itself.</summary>
internal sealed class NotifySocket : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;

    /// <param name="name">What NOTIFY_SOCKET says: a path, or '@' and an abstract name.</param>
    public NotifySocket(string name)
    {
        Name = name;
        _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? '\0' + name[1..] : name));
        _reading = ReadAsync();
    }

    public string Name { get; }

    public IReadOnlyList<string> Messages => [.. _messages];

    /// <summary>What was said but how it goes.</summary>
    public IReadOnlyList<string> States => [.. _messages.Where(m => !m.StartsWith("STATUS=", StringComparison.Ordinal) && m != "WATCHDOG=1").Select(m => m.Split('\n')[0])];

    public Task UntilAsync(string message, int count = 1) => Eventually.HoldsAsync(
        () => Messages.Count(m => m.StartsWith(message, StringComparison.Ordinal)) >= count ? true : throw new InvalidOperationException(string.Join('\n', Messages)),
        $"{message} is said {count} times",
        TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, _end.Token);
                _messages.Enqueue(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
