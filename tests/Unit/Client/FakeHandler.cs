using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace EtcdDefrag.Unit.Client;

/// <summary>Stands in for the network below the channel: answers from memory, and keeps what was sent.</summary>
/// <param name="answer">Answers a call.</param>
/// <param name="connect">What happens before there is a connection over which the call can be sent.</param>
internal sealed class FakeHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, Action? connect = null)
    : HttpMessageHandler
{
    public List<(HttpRequestMessage Request, byte[] Body)> Sent { get; } = [];

    public static FakeHandler Answering(byte[] body, string? status, string? message = null) =>
        new((_, _) => Task.FromResult(Response(body, status, message)));

    public static HttpResponseMessage Response(byte[] body, string? status, string? message = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        AddStatus(response.TrailingHeaders, status, message);
        return response;
    }

    /// <summary>Puts a message into gRPC's frame, by hand.</summary>
    public static byte[] Frame(IMessage message)
    {
        var body = message.ToByteArray();
        return [0, (byte)(body.Length >> 24), (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    public static HttpResponseMessage TrailersOnly(string status, string message)
    {
        var response = Response([], status: null);
        AddStatus(response.Headers, status, message);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        connect?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        Sent.Add((request, await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
        return await answer(request, cancellationToken);
    }

    private static void AddStatus(HttpResponseHeaders headers, string? status, string? message)
    {
        if (status is not null)
        {
            headers.TryAddWithoutValidation("grpc-status", status);
        }

        if (message is not null)
        {
            headers.TryAddWithoutValidation("grpc-message", message);
        }
    }
}
