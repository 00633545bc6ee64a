using System.Net.Sockets;
using System.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>The one request of a connection and its answer, within limits of bytes and time.</summary>
internal sealed class HttpExchange(Socket socket, Func<string, HttpReply> find, TimeProvider time)
{
    public const int MaxHeaderBytes = 8 << 10;

    /// <summary>What is read and dropped after a refusal, so that the client sees the answer instead of a reset.</summary>
    private const int MaxRestBytes = 64 << 10;

    /// <summary>For the header, and then for the client to fetch the answer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken stop)
    {
        var (reply, withBody) = await ReadAsync(stop).ConfigureAwait(false);
        using var late = new CancellationTokenSource(Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var left = (ReadOnlyMemory<byte>)reply.ToBytes(withBody);
        while (!left.IsEmpty)
        {
            left = left[await socket.SendAsync(left, end.Token).ConfigureAwait(false)..];
        }

        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[4 << 10];
        for (var (dropped, read) = (0, 1); read > 0 && dropped < MaxRestBytes; dropped += read)
        {
            read = await socket.ReceiveAsync(rest.AsMemory(), end.Token).ConfigureAwait(false);
        }
    }

    private async Task<(HttpReply Reply, bool WithBody)> ReadAsync(CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var buffer = new byte[MaxHeaderBytes];
        var filled = 0;
        try
        {
            while (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
            {
                if (filled == buffer.Length)
                {
                    return (HttpReply.Of(431, $"A request's header has {MaxHeaderBytes} bytes at most."), true);
                }

                var read = await socket.ReceiveAsync(buffer.AsMemory(filled), end.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return (HttpReply.Of(400, "The request has no end."), true);
                }

                filled += read;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return (HttpReply.Of(408, $"The request's header did not come within {Timeout.TotalSeconds:0} s."), true);
        }

        return Answer(Encoding.Latin1.GetString(buffer, 0, buffer.AsSpan().IndexOf("\r\n"u8)));
    }

    private (HttpReply Reply, bool WithBody) Answer(string requestLine) => requestLine.Split(' ') switch
    {
        not [{ Length: > 0 }, { Length: > 0 }, ['H', 'T', 'T', 'P', '/', ..]] => (HttpReply.Of(400, "This is not an HTTP request."), true),
        not [_, _, "HTTP/1.1" or "HTTP/1.0"] => (HttpReply.Of(505, "Only HTTP/1.1 is supported."), true),
        not ["GET" or "HEAD", ..] => (HttpReply.Of(405, "Only GET and HEAD are answered."), true),
        [_, ['/', ..] target, _] and [var method, ..] => (Find(target.Split('?')[0]), method == "GET"),
        _ => (HttpReply.Of(400, "A request is for a path."), true),
    };

    private HttpReply Find(string path)
    {
        try
        {
            return find(path);
        }
        catch (Exception unexpected)
        {
            // A fault in a page must not look like one of the network.
            return HttpReply.Of(500, $"{unexpected.GetType().Name}: {unexpected.Message}");
        }
    }
}
