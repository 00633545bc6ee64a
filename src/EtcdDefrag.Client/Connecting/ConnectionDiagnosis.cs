using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// Finds out, after a member has never answered, whether the two sides do not trust each other or do not both speak TLS. The HTTP
/// stack cannot tell: what ends the connection may reach it after it has begun to send, or not at all. So this connects once more
/// and only listens.
/// </summary>
internal sealed class ConnectionDiagnosis(EtcdEndpoint endpoint, EtcdConnectionOptions options, TimeProvider time)
{
    private static readonly byte[] PlainQuestion = Encoding.ASCII.GetBytes("GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    /// <summary>What is wrong, as the end of a sentence; null where no such thing was found.</summary>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return endpoint.IsSecure ? await ListenWithTlsAsync(either.Token).ConfigureAwait(false) : await TryTlsAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception silent) when (silent is OperationCanceledException or IOException or SocketException)
        {
            // Nothing more can be learnt; the failure that led here is told as it was.
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Whether nobody listens there any more, as after a member's end.</summary>
    public async Task<bool> IsGoneAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var plain = await MemberHandlers.ConnectAsync(endpoint, either.Token).ConfigureAwait(false);
            await plain.DisposeAsync().ConfigureAwait(false);
            return false;
        }
        catch (Exception unreachable) when (unreachable is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return true;
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
                ?? await AskPlainlyAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            // In TLS 1.3 a server judges the client's certificate after the client believes to be connected. One that is content
            // begins to speak HTTP/2.
            _ = await secure.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (IOException ended)
        {
            return TlsAlert.Explain(ended, options, time.GetUtcNow());
        }
    }

    private async Task<string?> AskPlainlyAsync(CancellationToken cancellationToken)
    {
        var plain = await MemberHandlers.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await using var scope = plain.ConfigureAwait(false);
        await plain.WriteAsync(PlainQuestion, cancellationToken).ConfigureAwait(false);
        var answer = new byte[4];
        var read = await plain.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return answer.AsSpan(0, read).SequenceEqual("HTTP"u8)
            ? $"it speaks plain HTTP and no TLS; write {WithScheme(endpoint.Scheme[..^1])} if that is meant"
            : null;
    }

    private async Task<string?> TryTlsAsync(CancellationToken cancellationToken)
    {
        var sawCertificate = false;
        var plain = await MemberHandlers.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        await using var scope = secure.ConfigureAwait(false);
        try
        {
            await secure.AuthenticateAsClientAsync(CreateProbeOptions(() => sawCertificate = true), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // Whether a certificate was shown before that is all that counts.
        }

        return sawCertificate
            ? $"it speaks TLS only; write {WithScheme(endpoint.Scheme + "s")}"
            : null;
    }

    private string WithScheme(string scheme) => scheme + endpoint.ToString()[endpoint.Scheme.Length..];

    /// <summary>Nothing is sent over this connection, so it does not matter who is at its other end.</summary>
    private SslClientAuthenticationOptions CreateProbeOptions(Action onCertificate) => new()
    {
        TargetHost = options.ServerName ?? endpoint.Host,
        RemoteCertificateValidationCallback = (_, _, _, _) =>
        {
            onCertificate();
            return false;
        },
    };
}
