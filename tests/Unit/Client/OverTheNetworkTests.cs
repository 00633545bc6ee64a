using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdDefrag.Connection;
using EtcdDefrag.Client;
using Etcdserverpb;

namespace EtcdDefrag.Unit.Client;

/// <summary>The channel against real sockets: what a user meets who gives a wrong address, and what a sick server does.</summary>
public sealed class OverTheNetworkTests
{
    private static readonly EtcdConnectionOptions Quick = new()
    {
        ConnectionTimeout = TimeSpan.FromSeconds(2),
        OperationTimeout = TimeSpan.FromSeconds(10),
    };

    private static async Task<EtcdException> FailureOfStatusAsync(string endpoint, EtcdConnectionOptions? options = null)
    {
        using var member = new EtcdConnector().Connect(EtcdEndpoint.Parse(endpoint), options ?? Quick);
        return await Assert.ThrowsAsync<EtcdException>(() => member.GetStatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_listens_there()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var failure = await FailureOfStatusAsync($"http://127.0.0.1:{port}");

        Assert.Equal(EtcdFailure.Unreachable, failure.Failure);
        Assert.False(failure.OutcomeIsOpen);
        Assert.Equal($"http://127.0.0.1:{port} cannot be reached: nothing listens there (connection refused).", failure.Message);
    }

    [Fact]
    public async Task The_name_does_not_resolve()
    {
        // The name is in the domain reserved for names that never resolve; a resolver that does not answer is cut short.
        var failure = await FailureOfStatusAsync("http://etcd.invalid:2379");

        Assert.Equal(EtcdFailure.Unreachable, failure.Failure);
        Assert.Contains("http://etcd.invalid:2379 cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")]
    public async Task Something_else_listens_there(string greeting)
    {
        using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(greeting), token);
            await stream.CopyToAsync(Stream.Null, token);
        });

        var failure = await FailureOfStatusAsync(server.Endpoint);

        Assert.True(failure.Failure == EtcdFailure.NotEtcd, failure.ToString());
        Assert.Equal($"{server.Endpoint} is not an etcd member: what listens there did not answer in HTTP/2.", failure.Message);
    }

    [Fact]
    public async Task A_member_that_hangs_is_given_up_after_the_time_given()
    {
        using var server = new RawServer((_, token) => Task.Delay(Timeout.Infinite, token));
        var options = new EtcdConnectionOptions { ConnectionTimeout = TimeSpan.FromMilliseconds(50), OperationTimeout = TimeSpan.FromMilliseconds(100) };

        var failure = await FailureOfStatusAsync(server.Endpoint, options);

        Assert.Equal(EtcdFailure.TimedOut, failure.Failure);
        Assert.Contains("did not answer Status in time: no answer within 0.1 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_call_was_sent_leaves_the_outcome_open()
    {
        await using var server = await FakeEtcd.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var member = new EtcdConnector().Connect(EtcdEndpoint.Parse(server.Endpoint), Quick);

        var failure = await Assert.ThrowsAsync<EtcdException>(() => member.DefragmentAsync(TimeSpan.FromSeconds(5), () => { }, CancellationToken.None));

        Assert.True(failure.Failure == EtcdFailure.ConnectionLost, failure.ToString());
        Assert.True(failure.OutcomeIsOpen);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Calls_share_one_connection()
    {
        await using var server = await FakeEtcd.StartAsync(
            context => FakeEtcd.AnswerAsync(context, FakeHandler.Frame(new StatusResponse { Version = "3.5.16" }), "0"));
        using var member = new EtcdConnector().Connect(EtcdEndpoint.Parse(server.Endpoint), Quick);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => member.GetStatusAsync(CancellationToken.None)));
        await member.GetStatusAsync(CancellationToken.None);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_refusal_comes_through_real_trailers()
    {
        await using var server = await FakeEtcd.StartAsync(context => FakeEtcd.AnswerAsync(context, [], "8", "etcdserver: too many requests"));

        var failure = await FailureOfStatusAsync(server.Endpoint);

        Assert.Equal((EtcdStatusCode.ResourceExhausted, "etcdserver: too many requests"), (failure.Code, failure.Detail));
    }

    /// <summary>Accepts connections and does with them what the test says.</summary>
    private sealed class RawServer : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public RawServer(Func<NetworkStream, CancellationToken, Task> serve)
        {
            _listener.Start();
            Endpoint = $"http://{_listener.LocalEndpoint}";
            _ = AcceptAsync(serve);
        }

        public string Endpoint { get; }

        public void Dispose()
        {
            _end.Cancel();
            _listener.Stop();
            _end.Dispose();
        }

        private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> serve)
        {
            var token = _end.Token;
            while (!token.IsCancellationRequested)
            {
                using var client = await _listener.AcceptTcpClientAsync(token);
                await serve(client.GetStream(), token);
            }
        }
    }
}
