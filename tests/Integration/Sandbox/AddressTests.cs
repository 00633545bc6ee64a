using System.Net.Sockets;
using EtcdDefrag.Integration.Support;
using EtcdDefrag.Integration.Support.Certificates;
using EtcdDefrag.Sandbox;
using EtcdDefrag.Sandbox.Clients;
using Etcdserverpb;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdDefrag.Integration.Sandbox;

/// <summary>Members can be reached by other addresses than TCP ones, and advertise some that nobody reaches.</summary>
public sealed class AddressTests : IDisposable
{
    // As many bytes as Linux takes for a socket's path, the zero at its end left out.
    private const int LongestSocketPath = 107;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Every_member_answers_on_its_own_socket_after_a_crash_too(string minor)
    {
        await using var sandbox = await TestCluster.StartAsync(new EtcdSandboxOptions { Members = 1, UnixSockets = true }, minor);
        await sandbox.AddLearnerAsync();
        Assert.Equal(2, sandbox.Members.Select(member => member.SocketPath).Distinct().Count());
        foreach (var member in sandbox.Members)
        {
            Assert.InRange(member.SocketPath!.Length, 1, LongestSocketPath);
            Assert.Equal(await member.GetMemberIdAsync(), await AskOverSocketAsync(member, tls: null));
        }

        await sandbox.Members[0].KillAsync();
        await Assert.ThrowsAsync<RpcException>(() => AskOverSocketAsync(sandbox.Members[0], tls: null));
        await sandbox.Members[0].StartAsync();
        Assert.Equal(await sandbox.Members[0].GetMemberIdAsync(), await AskOverSocketAsync(sandbox.Members[0], tls: null));
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task With_TLS_the_socket_speaks_TLS_too(string minor)
    {
        var tls = SandboxCertificates.WriteMutual(new TestAuthority(), _folder.Path);
        var options = new EtcdSandboxOptions { Members = 1, UnixSockets = true, Tls = tls };
        await using var sandbox = await TestCluster.StartAsync(options, minor);
        var member = sandbox.Members[0];

        Assert.Equal(await member.GetMemberIdAsync(), await AskOverSocketAsync(member, tls));
        await Assert.ThrowsAsync<RpcException>(() => AskOverSocketAsync(member, tls: null));
    }

    [SkippableFact]
    public async Task There_is_no_socket_where_none_is_asked_for()
    {
        await using var sandbox = await TestCluster.StartAsync(1);

        Assert.Null(sandbox.Members[0].SocketPath);
        Assert.Equal(sandbox.Members[0].Endpoint, sandbox.Members[0].AdvertisedEndpoint);
    }

    [SkippableTheory]
    [MemberData(nameof(EtcdVersions.Minors), MemberType = typeof(EtcdVersions))]
    public async Task Members_advertise_what_nobody_reaches_and_work_where_they_listen(string minor)
    {
        var options = new EtcdSandboxOptions { Members = 3, AdvertiseClientUrl = number => $"http://m{number}.etcd.invalid:2379" };
        await using var sandbox = await TestCluster.StartAsync(options, minor);
        await sandbox.FillAsync(new EtcdFill(1));
        await sandbox.MoveLeaderAsync(sandbox.Members[1]);
        await sandbox.AddLearnerAsync();

        Assert.Equal("http://m4.etcd.invalid:2379", sandbox.Members[3].AdvertisedEndpoint);
        var listed = await sandbox.Members[0].Client.GetMemberListAsync(default);
        foreach (var member in sandbox.Members)
        {
            Assert.Equal([member.AdvertisedEndpoint], listed.Single(other => other.Name == member.Name).ClientURLs);
            Assert.NotEqual(member.AdvertisedEndpoint, member.Endpoint);
            using var advertised = new EtcdSandboxClient(new Uri(member.AdvertisedEndpoint));
            await Assert.ThrowsAsync<HttpRequestException>(() => advertised.GetStatusAsync(default));
            Assert.Equal(await member.GetMemberIdAsync(), (await member.Client.GetStatusAsync(default)).Header.MemberId);
        }
    }

    /// <summary>The member's id by its own word, asked for over its socket.</summary>
    private static async Task<ulong> AskOverSocketAsync(EtcdSandboxMember member, EtcdSandboxTls? tls)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync };
        if (tls is not null)
        {
            handler.SslOptions = ClientTls.Options(tls);
        }

        var address = new Uri($"{(tls is null ? "http" : "https")}://127.0.0.1");
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        return (await new Etcdserverpb.Maintenance.MaintenanceClient(channel).StatusAsync(new StatusRequest())).Header.MemberId;

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(member.SocketPath!), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}
