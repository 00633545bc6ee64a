using System.Globalization;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>A sandbox with authentication lets in whom it should, and itself for as long as it lives.</summary>
public sealed class AuthenticationTests : IDisposable
{
    private static readonly byte[] Value = "1"u8.ToArray();

    private static readonly EtcdSandboxUser[] Users =
    [
        new("admin", "a") { Roles = [EtcdSandboxRole.Root] },
        new("writer", "w") { Roles = [new("writers", "app/")] },
        new("second", "s") { Roles = [new("writers", "app/")] },
        new("reader", "r") { Roles = [new("readers", KeyPrefix: "", ReadOnly: true)] },
        new("nobody", "n"),
        new("by-certificate"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Users_may_what_their_roles_allow_on_every_member(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        await sandbox.EnableAuthenticationAsync("secret", Users);
        foreach (var member in sandbox.Members)
        {
            using var stranger = new EtcdSandboxClient(new Uri(member.Endpoint));
            Assert.Equal(StatusCode.InvalidArgument, await RefusalAsync(() => stranger.PutAsync("app/1", Value, default)));
            Assert.Null(await WriteAndReadAsync(member, "admin", "a", "elsewhere"));
            Assert.Null(await WriteAndReadAsync(member, "writer", "w", "app/1"));
            Assert.Null(await WriteAndReadAsync(member, "second", "s", "app/1"));
            Assert.Equal(StatusCode.PermissionDenied, await WriteAndReadAsync(member, "writer", "w", "elsewhere"));
            Assert.Equal(StatusCode.PermissionDenied, await WriteAndReadAsync(member, "reader", "r", "app/1"));
            Assert.Equal(StatusCode.PermissionDenied, await WriteAndReadAsync(member, "nobody", "n", "app/1"));
            Assert.Equal(StatusCode.InvalidArgument, await WriteAndReadAsync(member, "writer", "wrong", "app/1"));
            Assert.NotNull(await WriteAndReadAsync(member, "by-certificate", "", "app/1"));
            using var reader = member.OpenClient("reader", "r");
            Assert.Equal("1", await reader.GetValueAsync("app/1", default));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task The_sandbox_itself_goes_on_working(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(3, minor);
        using var opened = sandbox.Members[0].OpenClient();
        await sandbox.EnableAuthenticationAsync("secret");
        await sandbox.FillAsync(new EtcdFill(8));
        foreach (var member in sandbox.Members)
        {
            await sandbox.MoveLeaderAsync(member);
            await member.Client.DefragmentAsync(default);
        }

        var learner = await sandbox.AddLearnerAsync();
        await sandbox.ArmAlarmAsync(learner, EtcdAlarmKind.NoSpace);
        Assert.Single(await opened.GetAlarmsAsync(default));
        var revision = (await opened.GetStatusAsync(default)).Header.Revision;
        var hash = await opened.HashKVAsync(revision, default);
        await Eventually.HoldsAsync(
            async () => (await learner.Client.HashKVAsync(revision, default)).Hash == hash.Hash, "the learner has the same hash");
        using (await opened.OpenSnapshotAsync(default))
        {
            // It has begun, which etcd grants to root alone.
        }

        await Task.WhenAll(sandbox.Members.Select(member => member.KillAsync()));
        await Task.WhenAll(sandbox.Members.Select(member => member.StartAsync()));
        await sandbox.WaitUntilHealthyAsync();
        await opened.DeleteAsync(["gone"], default);
        using var stranger = new EtcdSandboxClient(new Uri(sandbox.Endpoints[0]));
        Assert.Equal(StatusCode.InvalidArgument, await RefusalAsync(() => stranger.RangeAsync("app/1", default)));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_token_that_has_expired_is_renewed(string minor)
    {
        string[] arguments = ["--auth-token-ttl=1"];
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Arguments = arguments }, minor);
        await AssertRenewedAsync(sandbox);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_signed_token_that_has_expired_is_renewed(string minor)
    {
        string[] arguments = [JwtKeys.Write(_folder.Path, TimeSpan.FromSeconds(2))];
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Arguments = arguments }, minor);
        await AssertRenewedAsync(sandbox);
        Assert.Equal(3, (await sandbox.Members[0].Client.AuthenticateAsync("root", "secret", default)).Split('.').Length);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task A_learner_takes_a_token_it_could_not_give(string minor)
    {
        string[] arguments = ["--auth-token-ttl=1"];
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, Arguments = arguments }, minor);
        await sandbox.EnableAuthenticationAsync("secret");
        var learner = await sandbox.AddLearnerAsync();
        var refusal = await Assert.ThrowsAsync<EtcdSandboxClientException>(() => learner.Client.AuthenticateAsync("root", "secret", default));
        Assert.Contains("not supported for learner", refusal.Detail, StringComparison.Ordinal);

        using var root = learner.OpenClient("root", "secret");
        Assert.True((await root.GetStatusAsync(default)).IsLearner);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task With_client_certificates_too_the_sandbox_works_and_a_CommonName_is_a_user(string minor)
    {
        var authority = new TestAuthority();
        var tls = SandboxCertificates.WriteMutual(authority, _folder.Path);
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 3, Tls = tls }, minor);
        await sandbox.EnableAuthenticationAsync("secret", Users);
        await sandbox.FillAsync(new EtcdFill(2));
        await sandbox.AddLearnerAsync();
        Assert.Null(await WriteAndReadAsync(sandbox.Members[0], "writer", "w", "app/1"));

        var (certificate, key) = authority.IssueClient("by-certificate").WriteTo(_folder.Path, "named");
        using var named = new EtcdSandboxClient(
            new Uri(sandbox.Endpoints[0]), tls: tls with { ClientCertificatePath = certificate, ClientKeyPath = key });
        Assert.Equal(StatusCode.PermissionDenied, await RefusalAsync(() => named.PutAsync("app/1", Value, default)));
    }

    [Fact]
    public void A_user_shown_as_text_keeps_the_password()
    {
        Assert.Equal("EtcdSandboxUser { Name = alice }", new EtcdSandboxUser("alice", "secret").ToString());
    }

    private static async Task AssertRenewedAsync(EtcdSandbox sandbox)
    {
        await sandbox.EnableAuthenticationAsync("secret");
        var client = sandbox.Members[0].Client;
        await client.PutAsync("before", Value, default);
        var token = await client.AuthenticateAsync("root", "secret", default);
        Assert.Equal(0, await RefusedPutsAsync(client));

        // Every use of a simple token gives it its whole life again, so it is asked for more seldom than it lives.
        await Eventually.HoldsAsync(
            () => IsRefusedAsync(sandbox.Endpoints[0], token), "the token has expired", pause: TimeSpan.FromSeconds(3));
        await client.PutAsync("after", Value, default);

        Assert.Equal(1, await RefusedPutsAsync(client));
        Assert.Equal("1", await client.GetValueAsync("after", default));
    }

    /// <summary>How often the member has refused to write because of a token.</summary>
    private static async Task<int> RefusedPutsAsync(EtcdSandboxClient client) => (await client.GetMetricsAsync(default))
        .Split('\n')
        .Where(line => line.StartsWith("grpc_server_handled_total{", StringComparison.Ordinal)
            && line.Contains("\"Unauthenticated\"", StringComparison.Ordinal)
            && line.Contains("\"Put\"", StringComparison.Ordinal))
        .Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static async Task<bool> IsRefusedAsync(string endpoint, string token)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        try
        {
            var request = new RangeRequest { Key = ByteString.CopyFromUtf8("before") };
            await new KV.KVClient(channel).RangeAsync(request, new Metadata { { "token", token } });
            return false;
        }
        catch (RpcException exception)
        {
            Assert.Equal(StatusCode.Unauthenticated, exception.StatusCode);
            return true;
        }
    }

    /// <summary>Why a user cannot write and read a key, as gRPC's status code; null where it can be done.</summary>
    private static async Task<StatusCode?> WriteAndReadAsync(EtcdSandboxMember member, string user, string password, string key)
    {
        using var client = member.OpenClient(user, password);
        try
        {
            await client.PutAsync(key, Value, default);
            Assert.Equal("1", await client.GetValueAsync(key, default));
            return null;
        }
        catch (EtcdSandboxClientException exception)
        {
            return exception.Code;
        }
    }

    private static async Task<StatusCode> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<EtcdSandboxClientException>(act)).Code;
}
