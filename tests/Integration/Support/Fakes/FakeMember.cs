using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EtcdDefrag.Integration.Support.Network;
using Etcdserverpb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EtcdDefrag.Integration.Support.Fakes;

/// <summary>
/// Plays an etcd member on loopback, gRPC and <c>/metrics</c> on one port as etcd does, for what no real etcd at hand can be
/// brought to: versions to come, refusals, half answers, hangs. Every call is answered by the handler the test has set, else as
/// <see cref="State"/> has it. The network before it is a <see cref="TcpFaultProxy"/> with all its faults.
/// </summary>
internal sealed class FakeMember : IAsyncDisposable
{
    private static readonly byte[] Http2Preface = "PRI"u8.ToArray();

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<FakeCall> _calls = new();
    private readonly ConcurrentDictionary<string, FakeHandler> _handlers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private int _metricsReads;

    private FakeMember(WebApplication application) => _application = application;

    /// <summary>Its address for clients.</summary>
    public string Endpoint => Network.Endpoint;

    /// <summary>The network before it.</summary>
    public TcpFaultProxy Network { get; private set; } = null!;

    /// <summary>What it says where no handler is set.</summary>
    public FakeState State { get; } = new();

    /// <summary>The text of <c>/metrics</c>; null where it serves none there (404).</summary>
    public string? Metrics { get; set; } = "";

    /// <summary>Every gRPC call so far, in order.</summary>
    public IReadOnlyList<FakeCall> Calls => [.. _calls];

    /// <summary>How often <c>/metrics</c> was read.</summary>
    public int MetricsReads => Volatile.Read(ref _metricsReads);

    /// <summary>Starts one.</summary>
    public static async Task<FakeMember> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Without TLS, Kestrel does not speak both on one port.
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var member = new FakeMember(builder.Build());
        member._application.Run(member.ServeAsync);
        await member._application.StartAsync();
        var ports = member._application.Urls.Select(url => new IPEndPoint(IPAddress.Loopback, new Uri(url).Port)).ToArray();
        member.Network = TcpFaultProxy.Start(
            async (client, token) => await SpeaksHttp2Async(client, token) ? ports[0] : ports[1]);
        member.State.Members.Add(new Member { ID = member.State.MemberId, Name = "fake", ClientURLs = { member.Endpoint } });
        return member;
    }

    /// <summary>Has a method answered by a delegate from now on.</summary>
    public void On(string method, FakeHandler handler) => _handlers[method] = handler;

    /// <summary>Has a method always answered in one way from now on.</summary>
    public void On(string method, FakeReply reply) => On(method, (_, _) => Task.FromResult(reply));

    /// <summary>The calls of one method so far.</summary>
    public IReadOnlyList<FakeCall> CallsOf(string method) => [.. _calls.Where(call => call.Method == method)];

    /// <summary>Waits until a method was called so many times.</summary>
    public Task WaitForAsync(string method, int times = 1) =>
        Eventually.HoldsAsync(() => CallsOf(method).Count >= times, $"{method} was called {times} times");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Network.DisposeAsync();
        await _application.DisposeAsync();
        _end.Dispose();
    }

    private static async ValueTask<bool> SpeaksHttp2Async(Socket client, CancellationToken cancellationToken)
    {
        // A look that takes nothing away. What comes is at least as long as the beginning of "PRI * HTTP/2.0" or of "GET /".
        var first = new byte[Http2Preface.Length];
        var seen = await client.ReceiveAsync(first, SocketFlags.Peek, cancellationToken);
        return first.AsSpan(0, seen).SequenceEqual(Http2Preface);
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            await AnswerAsync(context);
        }
        else if (context.Request.Path == "/metrics" && Metrics is { } text)
        {
            Interlocked.Increment(ref _metricsReads);
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
        try
        {
            var call = await ReadAsync(context);
            _calls.Enqueue(call);
            var reply = await _handlers.GetValueOrDefault(call.Method, State.AnswerAsync)(call, either.Token);
            await reply.SendAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the test is over.
            context.Abort();
        }
    }

    private static async Task<FakeCall> ReadAsync(HttpContext context)
    {
        var header = new byte[5];
        var body = context.Request.Body;
        await body.ReadExactlyAsync(header, context.RequestAborted);
        var message = new byte[System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1))];
        await body.ReadExactlyAsync(message, context.RequestAborted);
        var path = context.Request.Path.Value!;
        return new FakeCall(path[(path.LastIndexOf('/') + 1)..], TimeProvider.System.GetTimestamp(), context.Request.Headers["grpc-timeout"].ToString(), message)
        {
            Path = path,
            Token = context.Request.Headers["token"].ToString(),
        };
    }
}
