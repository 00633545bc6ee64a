using System.Net.Http.Json;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Authpb;
using dotnet_etcd;
using dotnet_etcd.interfaces;
using EtcdDefrag.Sandbox.Clients;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Mvccpb;

namespace EtcdDefrag.Sandbox;

/// <summary>
/// A client of exactly one member, for preparing a sandbox and for inspecting it: the calls of dotnet-etcd, without its retries and
/// its balancing. Every method throws <see cref="EtcdSandboxClientException"/> when etcd answers with an error,
/// <see cref="HttpRequestException"/> when it cannot be reached and <see cref="TimeoutException"/> when it does not answer.
/// </summary>
internal sealed class EtcdSandboxClient : IDisposable
{
    // For what a member answers at once, and for what takes time or waits for the disk.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private static readonly JsonParser PeerJson = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private readonly Uri? _peerUrl;
    private readonly SandboxLogin _login;
    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;
    private readonly EtcdClient _client;
    private readonly IConnection _etcd;

    /// <param name="clientUrl">The member's client address.</param>
    /// <param name="tls">How to speak to a member whose client address is https.</param>
    /// <param name="peerUrl">The member's address for its peers; only <see cref="HashKVAsync"/> needs it.</param>
    /// <param name="login">Who it is; null for nobody.</param>
    public EtcdSandboxClient(Uri clientUrl, EtcdSandboxTls? tls = null, Uri? peerUrl = null, SandboxLogin? login = null)
    {
        _peerUrl = peerUrl;
        _login = login ?? new SandboxLogin();

        // A proxy of the environment is not for loopback; the timeouts are set call by call. Given a SocketsHttpHandler instead of a
        // client, Grpc.Net.Client would open the connections itself, with growing pauses after each failure.
        var tlsOptions = tls is null ? new SslClientAuthenticationOptions() : ClientTls.Options(tls);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tlsOptions });
        _http.BaseAddress = clientUrl;
        _http.Timeout = Timeout.InfiniteTimeSpan;
        _channel = GrpcChannel.ForAddress(clientUrl, new GrpcChannelOptions
        {
            HttpClient = _http,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            ThrowOperationCanceledOnCancellation = true,
        });
        _client = new EtcdClient(_channel.CreateCallInvoker());
        _etcd = _client.GetConnection();
    }

    public Task<StatusResponse> GetStatusAsync(CancellationToken cancellationToken) =>
        CallAsync(_etcd.MaintenanceClient.StatusAsync, new StatusRequest(), Short, cancellationToken);

    /// <summary>What <c>/health</c> says: a leader, a quorum, and no alarm.</summary>
    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => CallOnceAsync(
        async call =>
        {
            using var answer = await _http.GetAsync("health", call.CancellationToken);
            return answer.IsSuccessStatusCode;
        },
        token: null,
        Short,
        cancellationToken);

    /// <summary>The text of <c>/metrics</c>, which answers also while the member defragments.</summary>
    public Task<string> GetMetricsAsync(CancellationToken cancellationToken) =>
        CallOnceAsync(call => _http.GetStringAsync("metrics", call.CancellationToken), token: null, Short, cancellationToken);

    /// <summary>Reads one key with the consent of a quorum. A learner refuses this.</summary>
    public Task<RangeResponse> RangeAsync(string key, CancellationToken cancellationToken) =>
        CallAsync(_etcd.KVClient.RangeAsync, new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, Short, cancellationToken);

    /// <summary>Reads one key's value as text; null where there is no such key.</summary>
    public async Task<string?> GetValueAsync(string key, CancellationToken cancellationToken) =>
        (await RangeAsync(key, cancellationToken)).Kvs.FirstOrDefault()?.Value.ToStringUtf8();

    /// <summary>Reads all keys that begin in a certain way, printable ASCII, in their order.</summary>
    public async Task<IReadOnlyList<KeyValue>> RangePrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        var (key, end) = RangeOf(prefix);
        return (await CallAsync(_etcd.KVClient.RangeAsync, new RangeRequest { Key = key, RangeEnd = end }, Long, cancellationToken)).Kvs;
    }

    /// <summary>Writes one key and returns the revision of the write.</summary>
    public Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        PutAsync(key, value, leaseId: 0, cancellationToken);

    /// <summary>Writes one key that lives as long as a lease.</summary>
    public async Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, long leaseId, CancellationToken cancellationToken)
    {
        var request = PutOf(key, value);
        request.Lease = leaseId;
        return (await CallAsync(_etcd.KVClient.PutAsync, request, Long, cancellationToken)).Header.Revision;
    }

    /// <summary>Writes several keys in one transaction: at most 128, together under etcd's 1.5 MiB a request.</summary>
    public Task PutAsync(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> entries, CancellationToken cancellationToken) =>
        TransactAsync(entries.Select(entry => new RequestOp { RequestPut = PutOf(entry.Key, entry.Value) }), cancellationToken);

    /// <summary>Deletes several keys, at most 128, in one transaction.</summary>
    public Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken) => TransactAsync(
        keys.Select(key => new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) } }),
        cancellationToken);

    /// <summary>Compacts the history up to a revision and waits until this member has removed it from its database.</summary>
    public Task CompactAsync(long revision, CancellationToken cancellationToken) =>
        CallAsync(_etcd.KVClient.CompactAsync, new CompactionRequest { Revision = revision, Physical = true }, Long, cancellationToken);

    /// <summary>Grants a lease of whole seconds, which etcd may make longer, and returns its id.</summary>
    public async Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest { TTL = (long)lifetime.TotalSeconds };
        return (await CallAsync(_etcd.LeaseClient.LeaseGrantAsync, request, Short, cancellationToken)).ID;
    }

    /// <summary>Starts a lease's lifetime again and returns it; zero where it lives no more.</summary>
    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken) => CallAsync(
        async call =>
        {
            using var stream = _etcd.LeaseClient.LeaseKeepAlive(call);
            await stream.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = leaseId });
            await stream.RequestStream.CompleteAsync();
            var answered = await stream.ResponseStream.MoveNext(call.CancellationToken);
            return TimeSpan.FromSeconds(answered ? stream.ResponseStream.Current.TTL : 0);
        },
        Short,
        cancellationToken);

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) =>
        CallAsync(_etcd.LeaseClient.LeaseRevokeAsync, new LeaseRevokeRequest { ID = leaseId }, Short, cancellationToken);

    /// <summary>How long a lease still lives (-1 s where it lives no more), and which keys hang on it.</summary>
    public Task<LeaseTimeToLiveResponse> GetLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        var request = new LeaseTimeToLiveRequest { ID = leaseId, Keys = true };
        return CallAsync(_etcd.LeaseClient.LeaseTimeToLiveAsync, request, Short, cancellationToken);
    }

    public Task ArmAlarmAsync(ulong memberId, EtcdAlarmKind alarm, CancellationToken cancellationToken)
    {
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, MemberID = memberId, Alarm = (AlarmType)alarm };
        return CallAsync(_etcd.MaintenanceClient.AlarmAsync, request, Short, cancellationToken);
    }

    public async Task<IReadOnlyList<AlarmMember>> GetAlarmsAsync(CancellationToken cancellationToken) =>
        (await CallAsync(_etcd.MaintenanceClient.AlarmAsync, new AlarmRequest(), Short, cancellationToken)).Alarms;

    /// <summary>Defragments this member, as another client would. Waits up to 2 minutes; the member goes on in any case.</summary>
    public Task DefragmentAsync(CancellationToken cancellationToken) =>
        CallAsync(_etcd.MaintenanceClient.DefragmentAsync, new DefragmentRequest(), Long, cancellationToken);

    /// <summary>Hands leadership over. Only the leader can do it.</summary>
    public Task MoveLeaderAsync(ulong memberId, CancellationToken cancellationToken) =>
        CallAsync(_etcd.MaintenanceClient.MoveLeaderAsync, new MoveLeaderRequest { TargetID = memberId }, Long, cancellationToken);

    /// <summary>
    /// Begins a snapshot as a backup does and then takes no more of it, so that the member's stream stays open until the hold is
    /// disposed. The database must be larger than what HTTP/2's windows take off the member's hands: 1 MiB is enough.
    /// </summary>
    public Task<IDisposable> OpenSnapshotAsync(CancellationToken cancellationToken) => CallAsync<IDisposable>(
        async call =>
        {
            // The stream outlives this call, and so must not have its token.
            var stream = _etcd.MaintenanceClient.Snapshot(new SnapshotRequest(), call.WithCancellationToken(CancellationToken.None));
            try
            {
                return await stream.ResponseStream.MoveNext(call.CancellationToken)
                    ? stream
                    : throw new InvalidDataException($"The snapshot of {_http.BaseAddress} is empty.");
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        },
        Short,
        cancellationToken);

    /// <summary>All members of the cluster, as this member knows them. A learner refuses this.</summary>
    public async Task<IReadOnlyList<Member>> GetMemberListAsync(CancellationToken cancellationToken) =>
        (await CallAsync(_etcd.ClusterClient.MemberListAsync, new MemberListRequest(), Short, cancellationToken)).Members;

    /// <summary>Makes a place in the cluster for a learner, which is then to be started.</summary>
    public Task AddLearnerAsync(string peerUrl, CancellationToken cancellationToken)
    {
        var request = new MemberAddRequest { IsLearner = true, PeerURLs = { peerUrl } };
        return CallAsync(_etcd.ClusterClient.MemberAddAsync, request, Long, cancellationToken);
    }

    /// <summary>Makes a user with roles that are there.</summary>
    public async Task AddUserAsync(EtcdSandboxUser user, CancellationToken cancellationToken)
    {
        var request = new AuthUserAddRequest
        {
            Name = user.Name,
            Password = user.Password ?? string.Empty,
            Options = new UserAddOptions { NoPassword = user.Password is null },
        };
        await CallAsync(_etcd.AuthClient.UserAddAsync, request, Long, cancellationToken);
        foreach (var role in user.Roles)
        {
            var grant = new AuthUserGrantRoleRequest { User = user.Name, Role = role.Name };
            await CallAsync(_etcd.AuthClient.UserGrantRoleAsync, grant, Long, cancellationToken);
        }
    }

    /// <summary>Makes a role with its permission.</summary>
    public async Task AddRoleAsync(EtcdSandboxRole role, CancellationToken cancellationToken)
    {
        await CallAsync(_etcd.AuthClient.RoleAddAsync, new AuthRoleAddRequest { Name = role.Name }, Long, cancellationToken);
        if (role.KeyPrefix is { } prefix)
        {
            var (key, end) = RangeOf(prefix);
            var type = role.ReadOnly ? Permission.Types.Type.Read : Permission.Types.Type.Readwrite;
            var grant = new AuthRoleGrantPermissionRequest
            {
                Name = role.Name,
                Perm = new Permission { PermType = type, Key = key, RangeEnd = end },
            };
            await CallAsync(_etcd.AuthClient.RoleGrantPermissionAsync, grant, Long, cancellationToken);
        }
    }

    /// <summary>Switches authentication on. There must be a user root with the role root.</summary>
    public Task EnableAuthenticationAsync(CancellationToken cancellationToken) =>
        CallAsync(_etcd.AuthClient.AuthEnableAsync, new AuthEnableRequest(), Long, cancellationToken);

    /// <summary>Exchanges a password for a token; whoever is signed in stays so. A learner refuses this.</summary>
    public async Task<string> AuthenticateAsync(string user, string password, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = user, Password = password };
        return (await CallOnceAsync(
            call => _etcd.AuthClient.AuthenticateAsync(request, call).ResponseAsync, token: null, Short, cancellationToken)).Token;
    }

    /// <summary>
    /// The hash of all keys with their history up to a revision (0 for the newest), which is the same on every member that has not
    /// lost or invented anything. Refused where the member has not come to the revision yet, or has compacted it.
    /// </summary>
    public Task<HashKVResponse> HashKVAsync(long revision, CancellationToken cancellationToken)
    {
        // A second way is the point here: learners refuse HashKV to clients, but the members' own corruption check asks all of them
        // at this address, in JSON and without a login, in every version.
        var peer = _peerUrl ?? throw new InvalidOperationException("A hash needs the member's peer address, which was not given.");
        return CallOnceAsync(AskAsync, token: null, Short, cancellationToken);

        async Task<HashKVResponse> AskAsync(CallOptions call)
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, "members/hashkv"));
            question.Content = JsonContent.Create(new { revision });
            using var answer = await _http.SendAsync(question, call.CancellationToken);
            var body = await answer.Content.ReadAsStringAsync(call.CancellationToken);
            return answer.IsSuccessStatusCode
                ? PeerJson.Parse<HashKVResponse>(body)
                : throw new EtcdSandboxClientException(nameof(HashKVAsync), StatusCode.Unknown, body.Trim());
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _channel.Dispose();
    }

    private static PutRequest PutOf(string key, ReadOnlyMemory<byte> value) =>
        new() { Key = ByteString.CopyFromUtf8(key), Value = UnsafeByteOperations.UnsafeWrap(value) };

    private static (ByteString Key, ByteString End) RangeOf(string prefix)
    {
        // An empty range is written as etcd writes "every key from here on": a zero byte.
        var key = EtcdClient.GetStringByteForRangeRequests(prefix);
        return (key, prefix.Length == 0 ? key : ByteString.CopyFromUtf8(EtcdClient.GetRangeEnd(prefix)));
    }

    private Task<TxnResponse> TransactAsync(IEnumerable<RequestOp> operations, CancellationToken cancellationToken) =>
        CallAsync(_etcd.KVClient.TxnAsync, new TxnRequest { Success = { operations } }, Long, cancellationToken);

    private Task<TAnswer> CallAsync<TRequest, TAnswer>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> method,
        TRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken,
        [CallerMemberName] string name = "") =>
        CallAsync(call => method(request, call).ResponseAsync, timeout, cancellationToken, name);

    /// <summary>Calls as whoever is signed in, once more with a new token where the token alone was refused.</summary>
    private async Task<TAnswer> CallAsync<TAnswer>(
        Func<CallOptions, Task<TAnswer>> act, TimeSpan timeout, CancellationToken cancellationToken, [CallerMemberName] string name = "")
    {
        var token = await _login.GetTokenAsync(this, refused: null, cancellationToken);
        try
        {
            return await CallOnceAsync(act, token, timeout, cancellationToken, name);
        }
        catch (EtcdSandboxClientException exception) when (token is not null && SandboxLogin.IsTokenRefusal(exception))
        {
            token = await _login.GetTokenAsync(this, refused: token, cancellationToken);
            return await CallOnceAsync(act, token, timeout, cancellationToken, name);
        }
    }

    private async Task<TAnswer> CallOnceAsync<TAnswer>(
        Func<CallOptions, Task<TAnswer>> act,
        string? token,
        TimeSpan timeout,
        CancellationToken cancellationToken,
        [CallerMemberName] string name = "")
    {
        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var headers = token is null ? null : new Metadata { { "token", token } };
            return await act(new CallOptions(headers, cancellationToken: both.Token));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_http.BaseAddress} did not answer {name} within {timeout.TotalSeconds} s.", exception);
        }
        catch (RpcException exception) when (exception.Status.DebugException is { } failure)
        {
            // What failed on this side of the member has its cause with it; etcd's own errors have none.
            var cause = failure is HttpRequestException ? failure.InnerException : failure;
            throw new HttpRequestException($"{_http.BaseAddress} cannot be reached: {failure.Message}", cause);
        }
        catch (RpcException exception)
        {
            throw new EtcdSandboxClientException(name, exception.StatusCode, exception.Status.Detail);
        }
    }
}
