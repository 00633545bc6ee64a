using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Network;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>The proxy does to connections what it says, and nothing to those it is not told to harm.</summary>
[Collection(Alone.Name)]
public sealed class TcpFaultProxyTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly EchoServer _server = new("a");
    private readonly EchoServer _other = new("b");
    private readonly TcpFaultProxy _proxy;

    public TcpFaultProxyTests() => _proxy = TcpFaultProxy.Start(_server.Endpoint);

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task What_is_sent_arrives_and_comes_back_whole()
    {
        using var client = await ConnectAsync(_proxy);
        var sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        var sending = client.SendAllAsync(sent);
        var received = await client.ReadAsync(sent.Length + 1);
        await sending;

        Assert.Equal("a", Encoding.ASCII.GetString(received, 0, 1));
        Assert.True(received.AsSpan(1).SequenceEqual(sent));
        await Eventually.HoldsAsync(() => _proxy.BytesToClient == received.Length, "all has been counted");
        Assert.Equal((sent.Length, sent.Length, received.Length), (_proxy.BytesFromClient, _proxy.BytesToServer, _proxy.BytesFromServer));
        client.Shutdown();
        Assert.True(await client.IsAtItsEndAsync());
        await Eventually.HoldsAsync(() => _proxy.OpenConnections == 0, "the connection is gone");
        Assert.Equal(1, _proxy.Connections);
    }

    [Fact]
    public async Task Each_new_connection_goes_to_the_next_target()
    {
        await using var balancer = TcpFaultProxy.Start(_server.Endpoint, _other.Endpoint);
        var greetings = new List<string>();
        for (var turn = 0; turn < 4; turn++)
        {
            using var client = await ConnectAsync(balancer);
            greetings.Add(Encoding.ASCII.GetString(await client.ReadAsync(1)));
        }

        Assert.Equal(["a", "b", "a", "b"], greetings);
    }

    [Fact]
    public async Task A_cut_resets_what_is_open_and_takes_what_comes()
    {
        using var client = await ConnectAsync(_proxy);
        await client.ReadAsync(1);
        _proxy.Cut();
        var failure = await Assert.ThrowsAnyAsync<SocketException>(() => client.ReadAsync(1));

        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        using var next = await ConnectAsync(_proxy);
        await next.ReadAsync(1);
        Assert.Equal(2, _proxy.Connections);
    }

    [Theory]
    [InlineData(TcpBlackhole.ToServer, 0)]
    [InlineData(TcpBlackhole.ToClient, 4)]
    [InlineData(TcpBlackhole.Both, 0)]
    public async Task A_blackhole_holds_what_goes_its_way(TcpBlackhole way, int arrives)
    {
        using var client = await ConnectAsync(_proxy);
        await client.ReadAsync(1);
        _proxy.Blackhole = way;
        await client.SendAllAsync("ping"u8.ToArray());
        await Eventually.HoldsAsync(() => _proxy.BytesFromClient == 4 && _proxy.BytesFromServer == 1 + arrives, "the bytes are on their way");
        var answer = client.ReadAsync(4);

        Assert.Equal((arrives, 1), (_proxy.BytesToServer, _proxy.BytesToClient));
        Assert.False(answer.IsCompleted);
        Assert.Equal(1, _proxy.OpenConnections);
        _proxy.Blackhole = TcpBlackhole.None;
        Assert.Equal("ping", Encoding.ASCII.GetString(await answer));
    }

    [Fact]
    public async Task A_refusing_proxy_keeps_what_is_open()
    {
        using var client = await ConnectAsync(_proxy);
        await client.ReadAsync(1);
        _proxy.RefuseNew = true;
        var failure = await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(_proxy));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
        await client.SendAllAsync("ping"u8.ToArray());
        Assert.Equal("ping", Encoding.ASCII.GetString(await client.ReadAsync(4)));
        _proxy.RefuseNew = false;
        using var next = await ConnectAsync(_proxy);
        Assert.Equal("a", Encoding.ASCII.GetString(await next.ReadAsync(1)));
    }

    [Fact]
    public async Task A_delay_holds_each_way_up()
    {
        using var client = await ConnectAsync(_proxy);
        await client.ReadAsync(1);
        _proxy.Delay = TimeSpan.FromMilliseconds(100);
        var clock = Stopwatch.StartNew();
        await client.SendAllAsync("ping"u8.ToArray());
        await client.ReadAsync(4);

        // Timers may be a little early.
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(180), Timeout);
    }

    [Fact]
    public async Task A_throttle_bounds_what_passes()
    {
        using var client = await ConnectAsync(_proxy);
        await client.ReadAsync(1);
        _proxy.BytesPerSecond = 10_000;
        var clock = Stopwatch.StartNew();
        await client.SendAllAsync(new byte[5000]);
        await client.ReadAsync(5000);

        // Half a second; the way back overlaps, and timers may be a little early.
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(450), Timeout);
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_a_reset()
    {
        await _server.DisposeAsync();

        await Assert.ThrowsAnyAsync<SocketException>(ConnectAndReadAsync);
        await Eventually.HoldsAsync(() => _proxy.OpenConnections == 0, "the connection is gone");

        // The reset may come before the client has seen that it was connected.
        async Task ConnectAndReadAsync()
        {
            using var client = await ConnectAsync(_proxy);
            await client.ReadAsync(1);
        }
    }

    [Fact]
    public async Task Disposing_ends_connections_whatever_their_state()
    {
        using var held = await ConnectAsync(_proxy);
        await held.ReadAsync(1);
        _proxy.Blackhole = TcpBlackhole.Both;
        _proxy.Delay = TimeSpan.FromHours(1);
        await held.SendAllAsync("ping"u8.ToArray());
        await _proxy.DisposeAsync();

        Assert.Equal(0, _proxy.OpenConnections);
        await Assert.ThrowsAnyAsync<SocketException>(() => held.ReadAsync(1));
        await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(_proxy));
    }

    [SkippableFact]
    public async Task It_stands_between_a_client_and_a_member()
    {
        await using var sandbox = await TestCluster.StartAsync(1);
        var member = sandbox.Members[0];
        await using var proxy = TcpFaultProxy.Start(member.Endpoint);
        using var client = new EtcdSandboxClient(new Uri(proxy.Endpoint));

        Assert.Equal(await member.GetMemberIdAsync(), (await client.GetStatusAsync(default)).Header.MemberId);

        // The request arrives and is carried out, but the client does not learn it.
        proxy.Blackhole = TcpBlackhole.ToClient;
        var put = client.PutAsync("lost/answer", "1"u8.ToArray(), default);
        await Eventually.HoldsAsync(async () => await member.Client.GetValueAsync("lost/answer", default) == "1", "the write is done");
        Assert.False(put.IsCompleted);
        proxy.Cut();
        await Assert.ThrowsAsync<HttpRequestException>(() => put);
        proxy.Blackhole = TcpBlackhole.None;
        Assert.Equal("1", await client.GetValueAsync("lost/answer", default));
    }

    private static async Task<Client> ConnectAsync(TcpFaultProxy proxy)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, new Uri(proxy.Endpoint).Port);
            return new Client(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Client(Socket socket) : IDisposable
    {
        public async Task SendAllAsync(byte[] bytes)
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await socket.SendAsync(bytes.AsMemory(sent));
            }
        }

        public async Task<byte[]> ReadAsync(int count)
        {
            using var patience = new CancellationTokenSource(Timeout, TimeProvider.System);
            var bytes = new byte[count];
            for (var read = 0; read < count;)
            {
                var more = await socket.ReceiveAsync(bytes.AsMemory(read), patience.Token);
                Assert.NotEqual(0, more);
                read += more;
            }

            return bytes;
        }

        public void Shutdown() => socket.Shutdown(SocketShutdown.Send);

        public async Task<bool> IsAtItsEndAsync()
        {
            using var patience = new CancellationTokenSource(Timeout, TimeProvider.System);
            return await socket.ReceiveAsync(new byte[1], patience.Token) == 0;
        }

        public void Dispose() => socket.Dispose();
    }
}
