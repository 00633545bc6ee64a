using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>Sets the runtime's HTTP stack up for one member.</summary>
internal static class MemberHandlers
{
    public static SocketsHttpHandler Create(
        EtcdEndpoint endpoint, EtcdConnectionOptions options, ServerCertificateCheck check, EnvironmentProxy? proxy)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectionTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = options.KeepAliveInterval,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            SslOptions = CreateTlsOptions(options, check),

            // One connection, one member: a proxy passes bytes on and cannot choose another one.
            UseProxy = proxy is { Problem: null },
            Proxy = proxy is { Problem: null } ? proxy.ToWebProxy() : null,
            AllowAutoRedirect = false,
            UseCookies = false,
            EnableMultipleHttp2Connections = false,
            ActivityHeadersPropagator = null,
        };
        if (endpoint.SocketPath is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) => await ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        else if (proxy?.Problem is { } problem)
        {
            // A user who names a proxy does not want the members to be reached without it.
            handler.ConnectCallback = (_, _) => ValueTask.FromException<Stream>(new IOException(problem));
        }

        return handler;
    }

    /// <summary>
    /// The options of a TLS connection. On Windows the runtime keeps the credential of a connection with a client certificate as if it
    /// had none, under the connection's other options, and a later connection without any would show that certificate
    /// (dotnet/runtime#132563). So the two kinds differ in two of those options. The checks do not differ: the chain policy decides them.
    /// </summary>
    public static SslClientAuthenticationOptions CreateTlsOptions(EtcdConnectionOptions options, ServerCertificateCheck check) => new()
    {
        TargetHost = check.ExpectedName,
#pragma warning disable CA5398 // The oldest version taken is a promise to the user, not the system's choice.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        CertificateRevocationCheckMode = options.ClientCertificate is null ? X509RevocationMode.NoCheck : X509RevocationMode.Online,
        AllowTlsResume = options.ClientCertificate is null,
        CertificateChainPolicy = CreateChainPolicy(options),
        ClientCertificateContext = options.ClientCertificate is { } own
            ? SslStreamCertificateContext.Create(own.GetCertificate(), own.GetIntermediates(), offline: true)
            : null,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Accept(certificate, chain, errors),
    };

    /// <summary>Opens a stream to the endpoint, without TLS.</summary>
    public static async Task<NetworkStream> ConnectAsync(EtcdEndpoint endpoint, CancellationToken cancellationToken)
    {
        var path = endpoint.SocketPath;
        EndPoint address = path is null ? new DnsEndPoint(endpoint.Host, endpoint.Port) : new UnixDomainSocketEndPoint(path);
        var socket = path is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static X509ChainPolicy CreateChainPolicy(EtcdConnectionOptions options)
    {
        // Only the certificates that the server sends are used: nothing is fetched from elsewhere during a handshake.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (options.CertificateAuthorities is { } given)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(given.GetCertificates());
        }

        return policy;
    }
}
