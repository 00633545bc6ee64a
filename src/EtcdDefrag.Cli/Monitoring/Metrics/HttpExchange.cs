using System.Net.Sockets;
using System.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>One request and its answer, within bounds of bytes and time. Every connection has one exchange.</summary>
internal sealed class HttpExchange(Socket socket, Func<string, HttpReply> find, TimeProvider time)
{
    /// <summary>The bytes that a request's header may have.</summary>
    public const int MaxHeaderBytes = 8 << 10;

    // What is read and thrown away after a refusal, so that the caller gets to see the answer instead of a reset.
    private const int MaxRestBytes = 64 << 10;

    /// <summary>How long the header may take, and then how long the answer may take to be fetched.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

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
        await DrainAsync(end.Token).ConfigureAwait(false);
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

    private (HttpReply Reply, bool WithBody) Answer(string requestLine)
    {
        if (requestLine.Split(' ') is not [{ Length: > 0 } method, { Length: > 0 } target, ['H', 'T', 'T', 'P', '/', ..] version])
        {
            return (HttpReply.Of(400, "This is no request."), true);
        }

        if (version is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            return (HttpReply.Of(505, "HTTP/1.1 is spoken here."), true);
        }

        return method switch
        {
            not ("GET" or "HEAD") => (HttpReply.Of(405, "Only GET and HEAD are answered."), true),
            _ when target[0] != '/' => (HttpReply.Of(400, "A request is for a path."), true),
            _ => (Find(target.Split('?')[0]), method == "GET"),
        };
    }

    private HttpReply Find(string path)
    {
        try
        {
            return find(path);
        }
        catch (Exception unforeseen)
        {
            // A fault in a page must not pass for a network's.
            return HttpReply.Of(500, $"{unforeseen.GetType().Name}: {unforeseen.Message}");
        }
    }

    private async Task DrainAsync(CancellationToken end)
    {
        var rest = new byte[4 << 10];
        for (var drained = 0; drained < MaxRestBytes;)
        {
            var read = await socket.ReceiveAsync(rest.AsMemory(), end).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            drained += read;
        }
    }
}
