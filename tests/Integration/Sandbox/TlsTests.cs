using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;
using Etcdserverpb;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>A sandbox with TLS can do all that a plain one can, and lets in whom it should.</summary>
public sealed class TlsTests : IDisposable
{
    private const long MiB = 1024 * 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Everything_works_where_both_sides_show_certificates(string minor)
    {
        var tls = SandboxCertificates.WriteMutual(new TestAuthority(), _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls }, minor);
        Assert.All(sandbox.Endpoints, endpoint => Assert.StartsWith("https://127.0.0.1:", endpoint, StringComparison.Ordinal));

        await sandbox.FillAsync(new EtcdFill(16));
        foreach (var member in sandbox.Members)
        {
            var status = await member.Client.GetStatusAsync(default);
            Assert.InRange(status.DbSize, 16 * MiB, 28 * MiB);
            Assert.InRange(status.DbSizeInUse, 4 * MiB, 7 * MiB);
        }

        var leader = await sandbox.GetLeaderAsync();
        var follower = sandbox.Members.First(member => member != leader);
        await sandbox.MoveLeaderAsync(follower);
        Assert.Equal(follower, await sandbox.GetLeaderAsync());

        var learner = await sandbox.AddLearnerAsync();
        await sandbox.ArmAlarmAsync(follower, EtcdAlarmKind.NoSpace);
        Assert.Equal(AlarmType.Nospace, Assert.Single(await follower.Client.GetAlarmsAsync(default)).Alarm);
        await sandbox.WaitUntilHealthyAsync();
        Assert.True((await learner.Client.GetStatusAsync(default)).IsLearner);
        Assert.False(await follower.Client.IsHealthyAsync(default));
        Assert.Contains("etcd_server_has_leader 1", await follower.Client.GetMetricsAsync(default), StringComparison.Ordinal);

        var revision = (await follower.Client.GetStatusAsync(default)).Header.Revision;
        var hash = await follower.Client.HashKVAsync(revision, default);
        Assert.Equal(hash.Hash, (await sandbox.Members[0].Client.HashKVAsync(revision, default)).Hash);
        (await follower.Client.OpenSnapshotAsync(default)).Dispose();
        await follower.RestartAsync();
        await sandbox.WaitUntilHealthyAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Without_a_certificate_of_the_trusted_authority_nobody_gets_in(string minor)
    {
        var authority = new TestAuthority();
        var tls = SandboxCertificates.WriteMutual(authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls }, minor);
        var (strangerCertificate, strangerKey) = new TestAuthority("a stranger").IssueClient("root").WriteTo(_folder.Path, "stranger");
        var (certificate, key) = authority.IssueClient("alice").WriteTo(_folder.Path, "alice");

        await AssertRefusedAsync(sandbox, tls with { ClientCertificatePath = null, ClientKeyPath = null });
        await AssertRefusedAsync(sandbox, tls with { ClientCertificatePath = strangerCertificate, ClientKeyPath = strangerKey });
        using var alice = Open(sandbox, tls with { ClientCertificatePath = certificate, ClientKeyPath = key });
        Assert.NotEqual(0UL, (await alice.GetStatusAsync(default)).Leader);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task The_server_alone_may_have_a_certificate_and_the_client_trusts_its_authority_only(string minor)
    {
        var tls = SandboxCertificates.Write(new TestAuthority(keys: KeyKind.Rsa), _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls }, minor);
        var other = new TestAuthority("another").WriteTo(_folder.Path, "another");
        using var distrustful = Open(sandbox, tls with { ClientCAPath = other });

        Assert.NotEqual(0UL, (await sandbox.Members[0].Client.GetStatusAsync(default)).Leader);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => distrustful.GetStatusAsync(default));
        Assert.IsType<AuthenticationException>(failure.InnerException);
    }

    [SkippableFact]
    public async Task An_intermediate_authority_stands_between_on_both_sides()
    {
        var root = new TestAuthority();
        var intermediate = root.IssueIntermediate();
        var written = SandboxCertificates.WriteMutual(intermediate, _folder.Path);
        var rootPath = root.WriteTo(_folder.Path, "root");
        var tls = written with { TrustedCAPath = rootPath, ClientCAPath = rootPath };
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Tls = tls });

        Assert.NotEqual(0UL, (await sandbox.Members[0].Client.GetStatusAsync(default)).Leader);
    }

    [SkippableFact]
    public async Task Servers_with_bad_certificates_can_be_had()
    {
        var authority = new TestAuthority();
        TestCertificate[] bad =
        [
            authority.IssueServer(validity: Validity.Expired),
            authority.IssueServer(validity: Validity.NotYet),
            authority.IssueServer(["etcd.example"]),
        ];
        foreach (var server in bad)
        {
            var tls = SandboxCertificates.Write(authority, _folder.Path, server);
            var options = new EtcdSandboxOptions { Members = 1, Tls = tls with { ClientCAPath = null } };
            await using var sandbox = await TestCluster.StartAsync(options);
            await sandbox.FillAsync(new EtcdFill(1));
            using var strict = Open(sandbox, tls);

            var failure = await Assert.ThrowsAsync<HttpRequestException>(() => strict.GetStatusAsync(default));
            Assert.IsType<AuthenticationException>(failure.InnerException);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_certificate_that_is_exchanged_is_shown_from_the_next_connection_on(string minor)
    {
        var authority = new TestAuthority();
        var tls = SandboxCertificates.Write(authority, _folder.Path);
        var options = new EtcdSandboxOptions { Members = 1, Tls = tls with { ClientCAPath = null } };
        await using var sandbox = await TestCluster.StartAsync(options, minor);
        using var before = Open(sandbox, tls);
        await before.GetStatusAsync(default);
        authority.IssueServer(validity: Validity.Expired).WriteTo(_folder.Path, "server");
        using var strict = Open(sandbox, tls);
        using var own = sandbox.Members[0].OpenClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => strict.GetStatusAsync(default));
        Assert.NotEqual(0UL, (await own.GetStatusAsync(default)).Leader);
    }

    [SkippableFact]
    public async Task Settings_that_could_not_work_are_refused_by_name()
    {
        var tls = SandboxCertificates.WriteMutual(new TestAuthority(), _folder.Path);
        Assert.Contains("ClientKeyPath", await RefusalAsync(tls with { ClientKeyPath = null }), StringComparison.Ordinal);
        var without = tls with { ClientCertificatePath = null, ClientKeyPath = null };
        Assert.Contains("TrustedCAPath", await RefusalAsync(without), StringComparison.Ordinal);
        Assert.Contains("/no/ca.crt", await RefusalAsync(tls with { ClientCAPath = "/no/ca.crt" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pfx_opens_with_its_password_only()
    {
        var client = new TestAuthority().IssueIntermediate().IssueClient("alice");
        var path = client.WritePfx(_folder.Path, "alice", "secret");
        using var read = new X509Certificate2(path, "secret");

        Assert.Equal(("CN=alice", true), (read.Subject, read.HasPrivateKey));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => new X509Certificate2(path, "wrong"));
    }

    private static async Task<string> RefusalAsync(EtcdSandboxTls tls) =>
        (await Assert.ThrowsAsync<EtcdSandboxException>(() => EtcdSandbox.StartAsync(new EtcdSandboxOptions { Tls = tls }))).Message;

    private static EtcdSandboxClient Open(EtcdSandbox sandbox, EtcdSandboxTls tls) => new(new Uri(sandbox.Endpoints[0]), tls: tls);

    private static async Task AssertRefusedAsync(EtcdSandbox sandbox, EtcdSandboxTls tls)
    {
        using var client = Open(sandbox, tls);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStatusAsync(default));
    }
}
