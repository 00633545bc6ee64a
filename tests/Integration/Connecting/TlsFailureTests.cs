using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Connecting;

/// <summary>
/// Every way in which a trusted connection does not come about, told in words. One member for all of them: etcd reads its
/// certificate anew for every connection.
/// </summary>
public sealed class TlsFailureTests(TlsFailureTests.Server server) : IClassFixture<TlsFailureTests.Server>
{
    public static TheoryData<string> Ways => ["https", "https, mutual"];

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task An_expired_certificate_is_named_with_its_date(string way)
    {
        server.Show(way, server.Authority.IssueServer(validity: Validity.Expired));

        var said = await ConnectAsync(way);

        Assert.Equal(
            $"No trusted connection to {server.Of(way)}: the server's certificate expired on {Write(Validity.Expired.To)}.",
            WithoutSeconds(said));
    }

    [SkippableFact]
    public async Task A_certificate_that_is_not_valid_yet_is_named_with_its_date()
    {
        server.Show("https", server.Authority.IssueServer(validity: Validity.NotYet));

        Assert.Equal(
            $"No trusted connection to {server.Of("https")}: the server's certificate is not valid before {Write(Validity.NotYet.From)}.",
            WithoutSeconds(await ConnectAsync("https")));
    }

    [SkippableFact]
    public async Task An_unknown_issuer_is_named()
    {
        server.Show("https", new TestAuthority("somebody else").IssueServer());

        Assert.Equal(
            $"No trusted connection to {server.Of("https")}: the server's certificate was issued by 'CN=somebody else', which is not in '{server.AuthorityPath}'.",
            await ConnectAsync("https"));
    }

    [SkippableFact]
    public async Task An_issuer_that_the_system_does_not_trust_is_named()
    {
        server.Show("https", server.Authority.IssueServer());

        Assert.Equal(
            $"No trusted connection to {server.Of("https")}: the server's certificate was issued by 'CN=EtcdDefrag test root', which this system does not trust.",
            await ConnectAsync("https", o => o with { CertificateAuthorities = null }));
    }

    [SkippableFact]
    public async Task A_wrong_name_is_told_with_the_names_that_would_be_right()
    {
        server.Show("https", server.Authority.IssueServer(["etcd-0.example", "10.1.2.3"]));

        Assert.Equal(
            $"No trusted connection to {server.Of("https")}: the server's certificate is for etcd-0.example, 10.1.2.3, not for '127.0.0.1'.",
            await ConnectAsync("https"));
        Assert.Null(await ConnectAsync("https", o => o with { ServerName = "etcd-0.example" }));
        Assert.Contains("not for 'etcd-1.example'", await ConnectAsync("https", o => o with { ServerName = "etcd-1.example" }), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Without_a_check_every_certificate_is_taken()
    {
        server.Show("https", new TestAuthority("somebody else").IssueServer(["elsewhere"], validity: Validity.Expired));

        Assert.Null(await ConnectAsync("https", o => o with { SkipCertificateCheck = true, CertificateAuthorities = null }));
    }

    [SkippableFact]
    public async Task A_client_certificate_that_is_wanted_is_asked_for()
    {
        server.Show("https, mutual", server.Authority.IssueServer());

        Assert.Equal(
            $"No trusted connection to {server.Of("https, mutual")}: the server wants a client certificate, and none was given.",
            await ConnectAsync("https, mutual"));
    }

    [SkippableFact]
    public async Task A_client_certificate_of_another_authority_is_refused_by_name()
    {
        server.Show("https, mutual", server.Authority.IssueServer());

        Assert.Equal(
            $"No trusted connection to {server.Of("https, mutual")}: the server refused the client certificate 'CN=me': it does not know the authority 'CN=somebody else' that issued it.",
            await ConnectAsync("https, mutual", o => o with { ClientCertificate = server.Client(new TestAuthority("somebody else").IssueClient("me")) }));
    }

    [SkippableFact]
    public async Task A_client_certificate_that_expired_is_refused_with_its_date()
    {
        server.Show("https, mutual", server.Authority.IssueServer());

        Assert.Equal(
            $"No trusted connection to {server.Of("https, mutual")}: the server refused the client certificate 'CN=me': it expired on {Write(Validity.Expired.To)}.",
            WithoutSeconds(await ConnectAsync(
                "https, mutual", o => o with { ClientCertificate = server.Client(server.Authority.IssueClient("me", Validity.Expired)) })));
    }

    [SkippableFact]
    public async Task Plain_text_to_a_port_that_speaks_TLS_is_told_as_that()
    {
        var secure = server.Of("https");
        var plain = secure.Replace("https:", "http:", StringComparison.Ordinal);

        Assert.Equal($"No trusted connection to {plain}: it speaks TLS only; write {secure}.", await ConnectAsync(plain));
    }

    [SkippableFact]
    public async Task TLS_to_a_port_that_speaks_plain_text_is_told_as_that()
    {
        var plain = server.Of("http");
        var secure = plain.Replace("http:", "https:", StringComparison.Ordinal);

        Assert.Equal($"No trusted connection to {secure}: it speaks plain HTTP, not TLS; write {plain} if that is intended.", await ConnectAsync(secure));
    }

    private async Task<string?> ConnectAsync(string way, Func<EtcdConnectionOptions, EtcdConnectionOptions>? change = null)
    {
        var options = Engine.Options with { CertificateAuthorities = EtcdCertificateAuthorities.FromFile(server.AuthorityPath) };
        var look = await Engine.InspectAsync([server.Of(way)], wholeCluster: false, change?.Invoke(options) ?? options);
        var failure = look.Members[0].Failure;
        Assert.True(failure is null or EtcdException { Failure: EtcdFailure.TlsFailed }, failure?.ToString());
        return failure?.Message;
    }

    private static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH", CultureInfo.InvariantCulture);

    /// <summary>The certificate was made a moment ago, by a clock that has gone on since.</summary>
    private static string WithoutSeconds(string? said) =>
        System.Text.RegularExpressions.Regex.Replace(said ?? "", ":[0-9]{2}:[0-9]{2}Z", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>One member without TLS, one with, and one that wants certificates from its clients.</summary>
    public sealed class Server : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, EtcdSandbox> _servers = [];

        internal TestAuthority Authority { get; } = new();

        internal string AuthorityPath { get; private set; } = "";

        public async Task InitializeAsync()
        {
            var tls = SandboxCertificates.WriteMutual(Authority, _folder.Path);
            AuthorityPath = tls.ClientCAPath!;
            _servers["http"] = await TestCluster.StartAsync(1);
            _servers["https"] = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls with { TrustedCAPath = null } });
            _servers["https, mutual"] = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls });
        }

        public async Task DisposeAsync()
        {
            foreach (var sandbox in _servers.Values)
            {
                await sandbox.DisposeAsync();
            }
        }

        public void Dispose() => _folder.Dispose();

        /// <summary>The endpoint of a way to connect; an endpoint is its own.</summary>
        internal string Of(string way) => _servers.TryGetValue(way, out var sandbox) ? sandbox.Endpoints[0] : way;

        /// <summary>Has the members with TLS show a certificate from now on.</summary>
        internal void Show(string way, TestCertificate certificate)
        {
            Assert.StartsWith("https", Of(way), StringComparison.Ordinal);
            certificate.WriteTo(_folder.Path, "server");
        }

        internal EtcdClientCertificate Client(TestCertificate certificate)
        {
            var (path, key) = certificate.WriteTo(_folder.Path, "client");
            return EtcdClientCertificate.FromPem(path, key);
        }
    }
}
