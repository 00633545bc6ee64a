using System.Text.Json;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Net.Client;

namespace EtcdDefrag.Containers.Support;

/// <summary>Calls to one member over dotnet-etcd's stubs: what the tests know of a cluster without this project's own client.</summary>
internal sealed class MemberClient : IDisposable
{
    private const int ValueBytes = 15 * 1024;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;
    private readonly KV.KVClient _keys;
    private readonly Etcdserverpb.Maintenance.MaintenanceClient _maintenance;
    private readonly Auth.AuthClient _auth;
    private readonly Cluster.ClusterClient _cluster;

    public MemberClient(string endpoint)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(endpoint), Timeout = CallTimeout };

        // A member that comes back is to be seen soon.
        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
        {
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
        });
        _keys = new KV.KVClient(_channel);
        _maintenance = new Etcdserverpb.Maintenance.MaintenanceClient(_channel);
        _auth = new Auth.AuthClient(_channel);
        _cluster = new Cluster.ClusterClient(_channel);
    }

    private static DateTime Deadline => TimeProvider.System.GetUtcNow().UtcDateTime + CallTimeout;

    public async Task<StatusResponse> StatusAsync() => await _maintenance.StatusAsync(new StatusRequest(), deadline: Deadline);

    /// <summary>The version that the cluster has agreed on, such as 3.5.0; no gRPC call tells it.</summary>
    public async Task<string?> GetClusterVersionAsync()
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync("/version"));
        return answer.RootElement.GetProperty("etcdcluster").GetString();
    }

    /// <summary>Writes one key.</summary>
    /// <returns>The revision.</returns>
    public async Task<long> PutAsync(string key, string value, DateTime? deadline = null, CancellationToken cancellationToken = default)
    {
        var request = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) };
        return (await _keys.PutAsync(request, deadline: deadline ?? Deadline, cancellationToken: cancellationToken)).Header.Revision;
    }

    /// <summary>Writes so many keys of some 16 KiB at once; etcd takes 1.5 MiB.</summary>
    public async Task PutManyAsync(IEnumerable<string> keys)
    {
        var request = new TxnRequest();
        var value = ByteString.CopyFrom(new byte[ValueBytes]);
        request.Success.AddRange(keys.Select(k =>
            new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(k), Value = value } }));
        await _keys.TxnAsync(request, deadline: Deadline);
    }

    /// <summary>Deletes every key with a prefix that ends with a slash.</summary>
    public async Task DeleteAsync(string prefix) =>
        await _keys.DeleteRangeAsync(
            new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(prefix), RangeEnd = EndOf(prefix) }, deadline: Deadline);

    /// <summary>The keys with a prefix that ends with a slash.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="ofThisMember">Whether this member's own state counts, however old; else the cluster's.</param>
    public async Task<IReadOnlySet<string>> ListAsync(string prefix, bool ofThisMember = false)
    {
        var request = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(prefix),
            RangeEnd = EndOf(prefix),
            KeysOnly = true,
            Serializable = ofThisMember,
        };
        var answer = await _keys.RangeAsync(request, deadline: Deadline);
        return answer.Kvs.Select(k => k.Key.ToStringUtf8()).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Drops the history, and waits until this member has dropped it from its database.</summary>
    public async Task CompactAsync(long revision) =>
        await _keys.CompactAsync(new CompactionRequest { Revision = revision, Physical = true }, deadline: Deadline);

    /// <summary>The alarms that are armed.</summary>
    public async Task<IReadOnlyList<AlarmType>> GetAlarmsAsync()
    {
        var answer = await _maintenance.AlarmAsync(new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get }, deadline: Deadline);
        return [.. answer.Alarms.Select(a => a.Alarm)];
    }

    /// <summary>Makes a user with a role, and turns authentication on.</summary>
    public async Task EnableAuthenticationAsync(string user, string password)
    {
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = user, Password = password }, deadline: Deadline);
        await _auth.RoleAddAsync(new AuthRoleAddRequest { Name = "root" }, deadline: Deadline);
        await _auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = user, Role = "root" }, deadline: Deadline);
        await _auth.AuthEnableAsync(new AuthEnableRequest(), deadline: Deadline);
    }

    /// <summary>The id of a member of the cluster.</summary>
    public async Task<ulong> FindMemberAsync(string name) =>
        (await _cluster.MemberListAsync(new MemberListRequest(), deadline: Deadline)).Members.Single(m => m.Name == name).ID;

    /// <summary>Tells the cluster where a member's peers reach it from now on.</summary>
    public async Task MoveMemberAsync(ulong memberId, string peerUrl)
    {
        var request = new MemberUpdateRequest { ID = memberId };
        request.PeerURLs.Add(peerUrl);
        await _cluster.MemberUpdateAsync(request, deadline: Deadline);
    }

    /// <summary>
    /// Begins to read a snapshot and does not go on: the database stays open, and a defragmentation that is called for now waits for it.
    /// </summary>
    public async Task<IDisposable> HoldSnapshotAsync()
    {
        var call = _maintenance.Snapshot(new SnapshotRequest());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None), "The snapshot is empty.");
        return call;
    }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }

    // The character after the slash.
    private static ByteString EndOf(string prefix) => ByteString.CopyFromUtf8(prefix[..^1] + '0');
}
