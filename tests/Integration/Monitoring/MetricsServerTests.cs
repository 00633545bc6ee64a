using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Cli.Monitoring.Metrics;

namespace EtcdDefrag.Integration.Monitoring;

/// <summary>What the metrics server does with callers that are not as they should be.</summary>
public sealed class MetricsServerTests : IAsyncLifetime
{
    private const string Get = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    // A header may have 8 KiB; the rest is what the system's buffers take before it says that the connection is closed.
    private const long MostThatMayBeOnTheWay = 8L << 20;

    private readonly MetricsServer _server = MetricsServer.Start(new IPEndPoint(IPAddress.Loopback, 0), Find, TimeProvider.System);

    [Theory]
    [InlineData(Get, "200 OK")]
    [InlineData("GET /metrics?x=y HTTP/1.0\r\n\r\n", "200 OK")]
    [InlineData("GET /other HTTP/1.1\r\nHost: x\r\n\r\n", "404 Not Found")]
    [InlineData("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", "405 Method Not Allowed")]
    [InlineData("PUT /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("get /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("GET /metrics HTTP/2.0\r\n\r\n", "505 HTTP Version Not Supported")]
    [InlineData("GET metrics HTTP/1.1\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /metrics\r\n\r\n", "400 Bad Request")]
    [InlineData("\r\n\r\n", "400 Bad Request")]
    [InlineData("\u0016\u0003\u0001\u0002\r\n\r\n", "400 Bad Request")]
    public async Task A_request_gets_the_answer_that_is_due_to_it(string request, string status)
    {
        using var caller = await ConnectAsync();
        await SendAsync(caller, request);

        var answer = await ReadToEndAsync(caller);

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(status.StartsWith("405", StringComparison.Ordinal), answer.Contains("\r\nAllow: GET, HEAD\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_real_client_gets_the_page_and_the_same_header_without_it()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{_server.Address}") };

        using var page = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"));

        Assert.Equal("page", await page.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", $"{page.Content.Headers.ContentType}");
        Assert.Equal((HttpStatusCode.OK, 4), (head.StatusCode, (int)head.Content.Headers.ContentLength!));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_header_that_comes_in_pieces_is_one()
    {
        using var caller = await ConnectAsync();
        foreach (var character in Get)
        {
            await SendAsync(caller, character.ToString());
        }

        Assert.EndsWith("page", await ReadToEndAsync(caller), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_does_not_end_in_time_is_cut_off_though_something_comes_again_and_again()
    {
        using var silent = await ConnectAsync();
        using var slow = await ConnectAsync();
        await SendAsync(slow, "GET /metrics HTTP/1.1\r\n");
        var answers = Task.WhenAll(ReadToEndAsync(silent), ReadToEndAsync(slow));
        while (!answers.IsCompleted)
        {
            await TrySendAsync(slow, "X: y\r\n");
            await Task.WhenAny(answers, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        }

        Assert.All(await answers, a => Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", a, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET /{0} HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nX: {0}\r\n\r\n")]
    [InlineData("{0}")]
    public async Task A_header_that_is_too_long_is_cut_off(string request)
    {
        using var caller = await ConnectAsync();
        await SendAsync(caller, string.Format(CultureInfo.InvariantCulture, request, new string('x', HttpExchange.MaxHeaderBytes)));

        Assert.StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n", await ReadToEndAsync(caller), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_without_end_is_sent_away()
    {
        using var caller = await ConnectAsync();
        var sent = 0L;
        while (sent < MostThatMayBeOnTheWay && await TrySendAsync(caller, new string('x', 64 << 10)))
        {
            sent += 64 << 10;
        }

        Assert.InRange(sent, 0, MostThatMayBeOnTheWay - 1);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_no_harm()
    {
        for (var i = 0; i < 3 * MetricsServer.MaxConnections; i++)
        {
            using var caller = await ConnectAsync();
            caller.LingerState = new LingerOption(enable: true, seconds: 0);
            await SendAsync(caller, i % 2 == 0 ? Get : "GET /");
        }

        using var next = await ConnectAsync();
        await SendAsync(next, Get);
        Assert.EndsWith("page", await ReadToEndAsync(next), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_is_answered_however_many_others_are_slow()
    {
        var slow = new List<Socket>();
        for (var i = 0; i < 3 * MetricsServer.MaxConnections; i++)
        {
            slow.Add(await ConnectAsync());
            await SendAsync(slow[^1], "GET /metrics HTTP/1.1\r\n");
        }

        using var probe = await ConnectAsync();
        await SendAsync(probe, Get);
        var answer = ReadToEndAsync(probe);
        var last = ReadToEndAsync(slow[^1]);

        // The last of the slow ones has its place still, until its own time is over.
        Assert.Same(answer, await Task.WhenAny(answer, last));
        Assert.EndsWith("page", await answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408", await last, StringComparison.Ordinal);
        slow.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Who_has_been_open_longest_makes_room()
    {
        using var first = await ConnectAsync();
        var others = new List<Socket>();
        for (var i = 0; i < MetricsServer.MaxConnections; i++)
        {
            others.Add(await ConnectAsync());
        }

        // It is closed without an answer: 408 would mean that it was waited for.
        Assert.Equal(0, await ReceiveAsync(first));
        others.ForEach(o => o.Dispose());
    }

    [SkippableFact]
    public async Task On_loopback_it_is_not_reachable_from_other_addresses()
    {
        var others = NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))
            .Append(IPAddress.Parse("127.0.0.2"))
            .ToArray();
        Skip.IfNot(OperatingSystem.IsLinux(), "127.0.0.2 is an address of its own on Linux only.");

        foreach (var other in others)
        {
            using var caller = new Socket(other.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var refused = await Assert.ThrowsAsync<SocketException>(() => caller.ConnectAsync(other, _server.Address.Port));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    [Fact]
    public async Task A_fault_in_a_page_is_told_and_the_next_caller_is_served()
    {
        using var first = await ConnectAsync();
        await SendAsync(first, "GET /fault HTTP/1.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", await ReadToEndAsync(first), StringComparison.Ordinal);

        using var second = await ConnectAsync();
        await SendAsync(second, Get);
        Assert.EndsWith("page", await ReadToEndAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_end_waits_for_nobody()
    {
        var server = MetricsServer.Start(new IPEndPoint(IPAddress.Loopback, 0), Find, TimeProvider.System);
        using var caller = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await caller.ConnectAsync(server.Address);
        await SendAsync(caller, "GET /");

        await server.DisposeAsync();

        using var late = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(server.Address));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private static HttpReply Find(string path) => path switch
    {
        "/metrics" => new HttpReply(200, "page"),
        "/fault" => throw new InvalidOperationException("a fault"),
        _ => HttpReply.Of(404, "none"),
    };

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_server.Address);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    private static async Task<bool> TrySendAsync(Socket socket, string text)
    {
        try
        {
            await SendAsync(socket, text);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<int> ReceiveAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
