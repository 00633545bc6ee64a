using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Client;

public sealed class MemberHandlersTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    /// <summary>
    /// On Windows the runtime keeps a credential under the protocols, whether revocation is checked and whether sessions are resumed
    /// (dotnet/runtime#132563). With none of them in common, a connection without a certificate cannot find one.
    /// </summary>
    [Fact]
    public void Connections_with_a_client_certificate_and_those_without_share_no_cached_credential()
    {
        var with = Options(new EtcdConnectionOptions { ClientCertificate = EtcdClientCertificate.From(_files.Certificate) });
        var without = Options(new EtcdConnectionOptions());

        Assert.NotNull(with.ClientCertificateContext);
        Assert.Null(without.ClientCertificateContext);
        Assert.NotEqual(without.CertificateRevocationCheckMode, with.CertificateRevocationCheckMode);
        Assert.NotEqual(without.AllowTlsResume, with.AllowTlsResume);
    }

    [Fact]
    public void Neither_looks_anything_up_elsewhere_in_the_middle_of_a_handshake()
    {
        var certificate = EtcdClientCertificate.From(_files.Certificate);

        Assert.All(new[] { new EtcdConnectionOptions(), new EtcdConnectionOptions { ClientCertificate = certificate } }, options =>
        {
            var policy = Options(options).CertificateChainPolicy!;
            Assert.Equal((X509RevocationMode.NoCheck, true), (policy.RevocationMode, policy.DisableCertificateDownloads));
        });
    }

    [Fact]
    public void A_connection_is_pinged_while_it_is_used_and_as_often_as_the_options_say()
    {
        var options = new EtcdConnectionOptions();
        var endpoint = EtcdEndpoint.Parse("http://127.0.0.1:2379");
        using var handler = MemberHandlers.Create(endpoint, options, new ServerCertificateCheck(endpoint, options), proxy: null);

        Assert.Equal((HttpKeepAlivePingPolicy.WithActiveRequests, TimeSpan.FromSeconds(10)), (handler.KeepAlivePingPolicy, handler.KeepAlivePingDelay));
    }

    private static SslClientAuthenticationOptions Options(EtcdConnectionOptions options) =>
        MemberHandlers.CreateTlsOptions(options, new ServerCertificateCheck(EtcdEndpoint.Parse("https://127.0.0.1:2379"), options));
}
