using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Connecting;

/// <summary>The main job where etcd's authentication is on.</summary>
public sealed class UserTests : IDisposable
{
    private static readonly EtcdSandboxUser[] Users =
    [
        new("admin", "admin-secret") { Roles = [EtcdSandboxRole.Root] },
        new("writer", "writer-secret") { Roles = [new("writers", "app/")] },
        new("operator") { Roles = [EtcdSandboxRole.Root] },
        new("watcher"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Who_has_the_root_role_may_and_who_has_not_is_refused_before_anything_is_touched(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        var learner = await sandbox.AddLearnerAsync();
        await sandbox.EnableAuthenticationAsync("root-secret", Users);

        var nobody = await RunAsync(sandbox, null);
        AssertRefused(nobody, sandbox, e => $"Authentication is on at {e} and no user was given; a defragmentation needs the root role.");

        var writer = await RunAsync(sandbox, new EtcdCredential("writer", "writer-secret"));
        AssertRefused(writer, sandbox, e => $"User 'writer' does not have the root role at {e}, which a defragmentation needs.");

        var wrong = await RunAsync(sandbox, new EtcdCredential("admin", "admin-secret-not"));
        AssertRefused(wrong, sandbox, e => $"User 'admin' could not log in at {e} (etcdserver: authentication failed, invalid user ID or password); a defragmentation needs the root role.");
        Assert.Empty(ServerLog.Defragmentations(sandbox));

        var admin = await RunAsync(sandbox, new EtcdCredential("admin", "admin-secret"), r => r with { MoveLeader = true });
        Assert.True(admin.IsSuccess, admin.Refusal?.Reason ?? string.Join('\n', admin.Results));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
        Assert.Equal(EtcdDefragOutcome.Skipped, admin.Results.Single(r => r.Endpoint == learner.Endpoint).Outcome);
        Assert.DoesNotContain(admin.Warnings, w => w.Rule == "LearnerUnreachable");
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_client_certificate_names_its_user(string minor)
    {
        var authority = new TestAuthority();
        var tls = SandboxCertificates.WriteMutual(authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls }, minor);
        await sandbox.EnableAuthenticationAsync("root-secret", Users);

        var watcher = await RunAsync(sandbox, null, options: Named("watcher"));
        AssertRefused(watcher, sandbox, e => $"User 'watcher' does not have the root role at {e}, which a defragmentation needs.");

        var stranger = await RunAsync(sandbox, null, options: Named("stranger"));
        Assert.True(stranger.Refusal?.Rule == "NotPermitted", stranger.Refusal?.Reason ?? string.Join('\n', stranger.Results));
        Assert.Empty(ServerLog.Defragmentations(sandbox));

        var root = await RunAsync(sandbox, null, options: Named("operator"));
        Assert.True(root.IsSuccess, root.Refusal?.Reason ?? string.Join('\n', root.Results));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);

        EtcdConnectionOptions Named(string user)
        {
            var (certificate, key) = authority.IssueClient(user).WriteTo(_folder.Path, user);
            return Engine.Options with
            {
                CertificateAuthorities = EtcdCertificateAuthorities.FromFile(tls.ClientCAPath!),
                ClientCertificate = EtcdClientCertificate.FromPem(certificate, key),
            };
        }
    }

    [SkippableTheory]
    [InlineData("simple", "3.4")]
    [InlineData("simple", "3.5")]
    [InlineData("jwt", "3.4")]
    [InlineData("jwt", "3.5")]
    public async Task A_token_that_ends_in_mid_run_is_renewed(string kind, string minor)
    {
        string[] arguments = [kind == "jwt" ? JwtKeys.Write(_folder.Path, TimeSpan.FromSeconds(2)) : "--auth-token-ttl=1"];
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Arguments = arguments }, minor);
        await sandbox.EnableAuthenticationAsync("root-secret");
        var before = await RefusedForTheirTokenAsync(sandbox);

        var report = await RunAsync(sandbox, new EtcdCredential("root", "root-secret"), r => r with { Pause = TimeSpan.FromSeconds(4) });

        Assert.True(report.IsSuccess, report.Refusal?.Reason ?? string.Join('\n', report.Results));
        Assert.Equal(3, ServerLog.Defragmentations(sandbox).Count);
        Assert.True(await RefusedForTheirTokenAsync(sandbox) > before, "No token ended in this run.");
    }

    [SkippableFact]
    public async Task Where_authentication_is_off_a_user_does_no_harm()
    {
        await using var sandbox = await TestCluster.StartAsync(3);

        var report = await RunAsync(sandbox, new EtcdCredential("root", "root-secret"));

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
    }

    private static void AssertRefused(DefragReport report, EtcdSandbox sandbox, Func<string, string> sentence)
    {
        Assert.Equal("NotPermitted", report.Refusal?.Rule);
        Assert.False(report.Refusal!.CanBeForced);

        // Without the member list only the endpoints that were named can be asked.
        Assert.Contains(sentence(sandbox.Endpoints[0]), report.Refusal.Reason, StringComparison.Ordinal);
        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.NotAttempted, r.Outcome));
    }

    private static Task<DefragReport> RunAsync(
        EtcdSandbox sandbox, EtcdCredential? credential, Func<DefragRequest, DefragRequest>? change = null, EtcdConnectionOptions? options = null) =>
        Engine.RunAsync(sandbox.Endpoints, wholeCluster: true, change, options: (options ?? Engine.Options) with { Credential = credential });

    private static async Task<int> RefusedForTheirTokenAsync(EtcdSandbox sandbox)
    {
        var pages = await Task.WhenAll(sandbox.Members.Select(m => m.Client.GetMetricsAsync(CancellationToken.None)));
        return pages.SelectMany(p => p.Split('\n'))
            .Where(line => line.StartsWith("grpc_server_handled_total{", StringComparison.Ordinal) && line.Contains("\"Unauthenticated\"", StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
