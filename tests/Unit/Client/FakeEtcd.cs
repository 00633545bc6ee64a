using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EtcdDefrag.Unit.Client;

/// <summary>An HTTP/2 server on loopback that answers every call in the same way.</summary>
internal sealed class FakeEtcd : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HashSet<string> _connections = [];
    private int _calls;

    private FakeEtcd(WebApplication application) => _application = application;

    public string Endpoint => _application.Urls.Single();

    public int Calls => _calls;

    /// <summary>How many connections brought a call.</summary>
    public int Connections
    {
        get
        {
            lock (_connections)
            {
                return _connections.Count;
            }
        }
    }

    /// <param name="answer">Answers each call.</param>
    /// <param name="port">Where to listen; 0 for any free port.</param>
    public static async Task<FakeEtcd> StartAsync(RequestDelegate answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2));
        var server = new FakeEtcd(builder.Build());
        server._application.Run(context =>
        {
            Interlocked.Increment(ref server._calls);
            lock (server._connections)
            {
                server._connections.Add(context.Connection.Id);
            }

            return answer(context);
        });
        await server._application.StartAsync();
        return server;
    }

    public static async Task AnswerAsync(HttpContext context, byte[] body, string status, string message = "")
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", status);
        context.Response.AppendTrailer("grpc-message", message);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
