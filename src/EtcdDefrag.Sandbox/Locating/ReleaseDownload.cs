using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace EtcdDefrag.Sandbox.Locating;

/// <summary>Fetches files of a release over HTTP, with a short timeout for servers that do not answer or stand still.</summary>
internal sealed class ReleaseDownload : IDisposable
{
    private readonly HttpClient _http;
    private readonly EtcdEnvironment _environment;

    public ReleaseDownload(EtcdEnvironment environment)
    {
        _environment = environment;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = environment.ConnectTimeout })
        {
            // Headers only: the body has the stall timeout, so that a slow line may take as long as it moves.
            Timeout = environment.ConnectTimeout + environment.StallTimeout,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("etcd-defrag-sandbox", "1"));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Fetches a small text.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached, refuses, or breaks off.</exception>
    /// <exception cref="TimeoutException">The server stands still.</exception>
    public async Task<string> GetTextAsync(Uri address, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await CopyAsync(address, text, cancellationToken).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Fetches a file and tells its SHA-256 in lower-case hexadecimal digits.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached, refuses, or breaks off.</exception>
    /// <exception cref="TimeoutException">The server stands still.</exception>
    public async Task<string> GetFileAsync(Uri address, string target, CancellationToken cancellationToken)
    {
        var file = new FileStream(target, FileMode.CreateNew, FileAccess.ReadWrite);
        await using var fileScope = file.ConfigureAwait(false);
        await CopyAsync(address, file, cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        var sum = await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexString(sum).ToLowerInvariant();
    }

    private async Task CopyAsync(Uri address, Stream target, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            await CopyBodyAsync(response.Content, target, stall).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer from {address.Authority} in time", exception);
        }
    }

    private async Task CopyBodyAsync(HttpContent content, Stream target, CancellationTokenSource stall)
    {
        var body = await content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        await using var bodyScope = body.ConfigureAwait(false);
        var buffer = new byte[81920];
        while (true)
        {
            stall.CancelAfter(_environment.StallTimeout);
            var read = await ReadAsync(body, buffer, target, stall.Token).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            await target.WriteAsync(buffer.AsMemory(0, read), stall.Token).ConfigureAwait(false);
        }
    }

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new IOException($"the download broke off after {target.Length} bytes ({exception.Message.TrimEnd('.')})", exception);
        }
    }
}
