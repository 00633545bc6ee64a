using System.Collections.Concurrent;
using System.Net;
using EtcdDefrag.Client.Connecting;

namespace EtcdDefrag.Client.Calls;

/// <summary>
/// Stands between the gRPC library and a member's HTTP: sends each call's bytes as its <see cref="MemberCall"/> has it, and keeps
/// there what came back. It is not a DelegatingHandler, because the library looks through those: over a SocketsHttpHandler it would
/// connect by itself, past the rules for proxies and with growing pauses.
/// </summary>
internal sealed class CallHandler(MemberHttp http) : HttpMessageHandler
{
    private const string IdHeader = "etcd-defrag-call";

    private readonly ConcurrentDictionary<string, MemberCall> _calls = new(StringComparer.Ordinal);

    /// <summary>Has a call watched from now on.</summary>
    /// <returns>The header by which its request is known here; it goes no further.</returns>
    public (string Name, string Value) Expect(MemberCall call)
    {
        _calls[call.Id] = call;
        return (IdHeader, call.Id);
    }

    /// <summary>The call has ended.</summary>
    public void Forget(MemberCall call) => _calls.TryRemove(call.Id, out _);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = _calls[request.Headers.GetValues(IdHeader).Single()];
        request.Headers.Remove(IdHeader);
        request.Headers.Remove("grpc-accept-encoding");
        request.Headers.Remove("user-agent");
        request.Headers.TryAddWithoutValidation("user-agent", "etcd-defrag");
        if (!call.IsStream)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Write(call.Deadline));
        }

        request.Content = new CallContent(request.Content!, call);
        try
        {
            var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return await WatchAsync(response, call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            call.Fail(failure);
            throw;
        }
    }

    private static async Task<HttpResponseMessage> WatchAsync(
        HttpResponseMessage response, MemberCall call, CancellationToken cancellationToken)
    {
        try
        {
            CheckIsGrpc(response, call);
            call.Status = GrpcStatus.Read(response.Headers);
            var answer = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var watched = new StreamContent(new AnswerStream(answer, response, call));
            watched.Headers.ContentType = response.Content.Headers.ContentType;
            response.Content = watched;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void CheckIsGrpc(HttpResponseMessage response, MemberCall call)
    {
        if (call.MayHaveBegun && response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            // etcd never answers so. A proxy does, when the member that it has handed the call to has not answered in its time.
            throw new IOException($"what stands before it answers HTTP {(int)response.StatusCode}");
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new AnswerFormatException($"it answers HTTP {(int)response.StatusCode}, not gRPC");
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (type?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new AnswerFormatException($"it answers with {type ?? "no content type"}, not gRPC");
        }
    }
}
