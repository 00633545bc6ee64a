using System.Net.Security;
using System.Net.Sockets;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>A snapshot that has begun and does not go on. Disposing it breaks it off.</summary>
public sealed class EtcdSnapshotHold : IAsyncDisposable
{
    private const string Path = "v3/maintenance/snapshot";

    // What the kernel takes off the member's hands on this side, kept small; the member's own side has buffers enough.
    private const int ReceiveBytes = 4096;

    private readonly HttpClient _http;
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;

    private EtcdSnapshotHold(HttpClient http, HttpResponseMessage response, Stream stream)
    {
        _http = http;
        _response = response;
        _stream = stream;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _http.Dispose();
    }

    internal static async Task<EtcdSnapshotHold> OpenAsync(
        Uri member,
        SslClientAuthenticationOptions? tls,
        string? token,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tls ?? new(), ConnectCallback = ConnectAsync })
        {
            BaseAddress = member,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        HttpResponseMessage? response = null;
        try
        {
            using var request = GatewayChannel.Request(HttpMethod.Post, Path, static _ => { }, token);
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw GatewayChannel.Failure(Path, await response.Content.ReadAsStringAsync(both.Token).ConfigureAwait(false));
            }

            var stream = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            _ = await stream.ReadAtLeastAsync(new byte[ReceiveBytes], 1, throwOnEndOfStream: true, both.Token).ConfigureAwait(false);
            return new EtcdSnapshotHold(http, response, stream);
        }
        catch (Exception exception)
        {
            response?.Dispose();
            http.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{member} did not begin a snapshot within {patience.TotalSeconds} s.", exception);
            }

            throw;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBytes };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
