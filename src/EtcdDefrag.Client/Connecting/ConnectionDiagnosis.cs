using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// Finds out, after a member has never answered, whether the two sides do not trust each other or do not both use TLS. The HTTP
/// stack cannot tell: what ends the connection may reach it after it has begun to send, or not at all. So this connects once more
/// and only listens.
/// </summary>
internal sealed class ConnectionDiagnosis(EtcdEndpoint endpoint, EtcdConnectionOptions options, TimeProvider time)
{
    /// <summary>Finds what is wrong, as the end of a sentence; null if no such thing was found.</summary>
    public Task<string?> FindAsync(CancellationToken cancellationToken) =>
        WithinTimeoutAsync<string?>(endpoint.IsSecure ? ListenWithTlsAsync : TryTlsAsync, otherwise: null, cancellationToken);

    /// <summary>Whether nothing listens there any more, as after a member's end.</summary>
    public Task<bool> IsGoneAsync(CancellationToken cancellationToken) => WithinTimeoutAsync(
        async token =>
        {
            var plain = await MemberHandlers.ConnectAsync(endpoint, token).ConfigureAwait(false);
            await plain.DisposeAsync().ConfigureAwait(false);
            return false;
        },
        otherwise: true,
        cancellationToken);

    private async Task<T> WithinTimeoutAsync<T>(
        Func<CancellationToken, Task<T>> connectAsync, T otherwise, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await connectAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return otherwise;
        }
    }

    private async Task<string?> ListenWithTlsAsync(CancellationToken cancellationToken)
    {
        var check = new ServerCertificateCheck(endpoint, options);
        var plain = await MemberHandlers.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        await using var scope = secure.ConfigureAwait(false);
        var tls = MemberHandlers.CreateTlsOptions(options, check);
        tls.ApplicationProtocols = [SslApplicationProtocol.Http2];
        try
        {
            await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            return check.Problem
                ?? TlsAlert.Explain(failure, options, time.GetUtcNow())
                ?? await AskInPlainTextAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            // In TLS 1.3 a server judges the client's certificate when the client is already connected. If it accepts it, it begins to
            // speak HTTP/2.
            _ = await secure.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (IOException ended)
        {
            return TlsAlert.Explain(ended, options, time.GetUtcNow());
        }
    }

    private async Task<string?> AskInPlainTextAsync(CancellationToken cancellationToken)
    {
        var plain = await MemberHandlers.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await using var scope = plain.ConfigureAwait(false);
        var request = "GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();
        await plain.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = new byte[4];
        var read = await plain.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return answer.AsSpan(0, read).SequenceEqual("HTTP"u8)
            ? $"it speaks plain HTTP, not TLS; write {WithScheme(endpoint.Scheme[..^1])} if that is intended"
            : null;
    }

    /// <summary>Nothing is sent over this connection, so it does not matter who is at its other end.</summary>
    private async Task<string?> TryTlsAsync(CancellationToken cancellationToken)
    {
        var sawCertificate = false;
        var plain = await MemberHandlers.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        var secure = new SslStream(plain, leaveInnerStreamOpen: false, (_, _, _, _) =>
        {
            sawCertificate = true;
            return false;
        });
        await using var scope = secure.ConfigureAwait(false);
        var tls = new SslClientAuthenticationOptions { TargetHost = options.ServerName ?? endpoint.Host };
        try
        {
            await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // Only whether a certificate was shown before that matters.
        }

        return sawCertificate ? $"it speaks TLS only; write {WithScheme(endpoint.Scheme + "s")}" : null;
    }

    private string WithScheme(string scheme) => scheme + endpoint.ToString()[endpoint.Scheme.Length..];
}
