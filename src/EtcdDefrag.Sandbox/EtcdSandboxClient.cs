using System.Net.Http.Json;
using System.Net.Security;
using System.Runtime.CompilerServices;
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
public sealed partial class EtcdSandboxClient : IDisposable
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);
    private static readonly JsonParser PeerJson = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private readonly Uri _clientUrl;
    private readonly Uri? _peerUrl;
    private readonly TimeProvider _time;
    private readonly SandboxLogin _login;
    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;
    private readonly EtcdClient _client;
    private readonly IConnection _etcd;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="clientUrl">The member's client address.</param>
    /// <param name="timeProvider">The clock of the timeouts; null for the system's.</param>
    /// <param name="peerUrl">The member's address for its peers; only <see cref="HashKVAsync"/> needs it.</param>
    /// <param name="tls">How to speak to a member whose client address is https.</param>
    public EtcdSandboxClient(Uri clientUrl, TimeProvider? timeProvider = null, Uri? peerUrl = null, EtcdSandboxTls? tls = null)
        : this(clientUrl, timeProvider, peerUrl, tls, new SandboxLogin())
    {
    }

    internal EtcdSandboxClient(Uri clientUrl, TimeProvider? timeProvider, Uri? peerUrl, EtcdSandboxTls? tls, SandboxLogin login)
    {
        _clientUrl = clientUrl;
        _peerUrl = peerUrl;
        _time = timeProvider ?? TimeProvider.System;
        _login = login;

        // A proxy of the environment is not for loopback; the timeouts are set call by call. Given a SocketsHttpHandler instead of a
        // client, Grpc.Net.Client would open the connections itself, with growing pauses after each failure.
        var tlsOptions = tls is null ? new SslClientAuthenticationOptions() : ClientTls.Options(tls);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tlsOptions })
        {
            BaseAddress = clientUrl,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var options = new GrpcChannelOptions
        {
            HttpClient = _http,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            ThrowOperationCanceledOnCancellation = true,
        };
        _channel = GrpcChannel.ForAddress(clientUrl, options);
        _client = new EtcdClient(_channel.CreateCallInvoker());
        _etcd = _client.GetConnection();
    }

    /// <summary>Maintenance.Status. Answered within 5 s or not at all.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<StatusResponse> GetStatusAsync(CancellationToken cancellationToken) =>
        CallAsync(call => _etcd.MaintenanceClient.StatusAsync(new StatusRequest(), call).ResponseAsync, Quick, cancellationToken);

    /// <summary>What <c>/health</c> says: a leader, a quorum, and no alarm.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => CallOnceAsync(
        async call =>
        {
            using var answer = await _http.GetAsync("health", call.CancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        },
        token: null,
        Quick,
        cancellationToken);

    /// <summary>The text of <c>/metrics</c>, which answers also while the member defragments.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<string> GetMetricsAsync(CancellationToken cancellationToken) =>
        CallOnceAsync(call => _http.GetStringAsync("metrics", call.CancellationToken), token: null, Quick, cancellationToken);

    /// <summary>Reads one key with the consent of a quorum. A learner refuses this.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<RangeResponse> RangeAsync(string key, CancellationToken cancellationToken) =>
        RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, Quick, cancellationToken);

    /// <summary>Reads one key's value, as text, with the consent of a quorum.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The value; null where there is no such key.</returns>
    public async Task<string?> GetValueAsync(string key, CancellationToken cancellationToken)
    {
        var answer = await RangeAsync(key, cancellationToken).ConfigureAwait(false);
        return answer.Kvs.FirstOrDefault()?.Value.ToStringUtf8();
    }

    /// <summary>Reads all keys that begin in a certain way, with the consent of a quorum.</summary>
    /// <param name="prefix">Their beginning; printable ASCII.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The keys in order.</returns>
    public async Task<IReadOnlyList<KeyValue>> RangePrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        var (key, end) = RangeOf(prefix);
        var request = new RangeRequest { Key = key, RangeEnd = end };
        return (await RangeAsync(request, Patient, cancellationToken).ConfigureAwait(false)).Kvs;
    }

    /// <summary>Writes one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The revision of the write.</returns>
    public Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        PutAsync(key, value, leaseId: 0, cancellationToken);

    /// <summary>Writes one key that lives as long as a lease.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="leaseId">The lease; 0 for none.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The revision of the write.</returns>
    public async Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, long leaseId, CancellationToken cancellationToken)
    {
        var request = PutOf(key, value);
        request.Lease = leaseId;
        var answer = await CallAsync(call => _etcd.KVClient.PutAsync(request, call).ResponseAsync, Patient, cancellationToken)
            .ConfigureAwait(false);
        return answer.Header.Revision;
    }

    /// <summary>Writes several keys in one transaction.</summary>
    /// <param name="entries">The keys with their values; at most 128, together under etcd's 1.5 MiB a request.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task PutAsync(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> entries, CancellationToken cancellationToken) =>
        TransactAsync(entries.Select(entry => new RequestOp { RequestPut = PutOf(entry.Key, entry.Value) }), cancellationToken);

    /// <summary>Deletes several keys in one transaction.</summary>
    /// <param name="keys">The keys; at most 128.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken) => TransactAsync(
        keys.Select(key => new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) } }),
        cancellationToken);

    /// <summary>Compacts the history up to a revision and waits until this member has removed it from its database.</summary>
    /// <param name="revision">The revision to keep as the oldest.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task CompactAsync(long revision, CancellationToken cancellationToken)
    {
        var request = new CompactionRequest { Revision = revision, Physical = true };
        return CallAsync(call => _etcd.KVClient.CompactAsync(request, call).ResponseAsync, Patient, cancellationToken);
    }

    /// <summary>Grants a lease.</summary>
    /// <param name="lifetime">How long it lives if nobody keeps it alive; whole seconds. etcd may make it longer.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The lease's id.</returns>
    public async Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest { TTL = (long)lifetime.TotalSeconds };
        var lease = await CallAsync(call => _etcd.LeaseClient.LeaseGrantAsync(request, call).ResponseAsync, Quick, cancellationToken)
            .ConfigureAwait(false);
        return lease.ID;
    }

    /// <summary>Starts a lease's lifetime again.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>How long it lives from now on; zero where it lives no more.</returns>
    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken) => CallAsync(
        async call =>
        {
            using var stream = _etcd.LeaseClient.LeaseKeepAlive(call);
            await stream.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = leaseId }).ConfigureAwait(false);
            await stream.RequestStream.CompleteAsync().ConfigureAwait(false);
            var answered = await stream.ResponseStream.MoveNext(call.CancellationToken).ConfigureAwait(false);
            return TimeSpan.FromSeconds(answered ? stream.ResponseStream.Current.TTL : 0);
        },
        Quick,
        cancellationToken);

    /// <summary>Ends a lease; its keys go with it.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => CallAsync(
        call => _etcd.LeaseClient.LeaseRevokeAsync(new LeaseRevokeRequest { ID = leaseId }, call).ResponseAsync, Quick, cancellationToken);

    /// <summary>How long a lease still lives (-1 s where it lives no more), and which keys hang on it.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<LeaseTimeToLiveResponse> GetLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        var request = new LeaseTimeToLiveRequest { ID = leaseId, Keys = true };
        return CallAsync(call => _etcd.LeaseClient.LeaseTimeToLiveAsync(request, call).ResponseAsync, Quick, cancellationToken);
    }

    /// <summary>Arms an alarm.</summary>
    /// <param name="memberId">The member to raise it for.</param>
    /// <param name="alarm">Which alarm.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task ArmAlarmAsync(ulong memberId, EtcdAlarmKind alarm, CancellationToken cancellationToken) => AlarmAsync(
        new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, MemberID = memberId, Alarm = (AlarmType)alarm },
        cancellationToken);

    /// <summary>The alarms that are armed.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<IReadOnlyList<AlarmMember>> GetAlarmsAsync(CancellationToken cancellationToken)
    {
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get };
        return (await AlarmAsync(request, cancellationToken).ConfigureAwait(false)).Alarms;
    }

    /// <summary>Defragments this member, as another client would. Waits up to 2 minutes; the member goes on in any case.</summary>
    /// <param name="cancellationToken">Gives the wait up, not the defragmentation.</param>
    public Task DefragmentAsync(CancellationToken cancellationToken) => CallAsync(
        call => _etcd.MaintenanceClient.DefragmentAsync(new DefragmentRequest(), call).ResponseAsync, Patient, cancellationToken);

    /// <summary>Hands leadership over. Only the leader can do it.</summary>
    /// <param name="memberId">The member that is to lead.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task MoveLeaderAsync(ulong memberId, CancellationToken cancellationToken)
    {
        var request = new MoveLeaderRequest { TargetID = memberId };
        return CallAsync(call => _etcd.MaintenanceClient.MoveLeaderAsync(request, call).ResponseAsync, Patient, cancellationToken);
    }

    /// <summary>
    /// Begins a snapshot as a backup does and then takes no more of it, so that the member's stream stays open until the hold is
    /// disposed. The database must be larger than what HTTP/2's windows take off the member's hands: 1 MiB is enough.
    /// </summary>
    /// <param name="cancellationToken">Gives the wait for the beginning up.</param>
    public Task<IDisposable> OpenSnapshotAsync(CancellationToken cancellationToken) => CallAsync<IDisposable>(
        async call =>
        {
            // The stream outlives this call, and so must not have its token.
            var stream = _etcd.MaintenanceClient.Snapshot(new SnapshotRequest(), call.WithCancellationToken(CancellationToken.None));
            try
            {
                return await stream.ResponseStream.MoveNext(call.CancellationToken).ConfigureAwait(false)
                    ? stream
                    : throw new InvalidDataException($"The snapshot of {_clientUrl} is empty.");
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        },
        Quick,
        cancellationToken);

    /// <summary>All members of the cluster, by this member's word. A learner refuses this.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<IReadOnlyList<Member>> GetMemberListAsync(CancellationToken cancellationToken)
    {
        var request = new MemberListRequest();
        return (await CallAsync(call => _etcd.ClusterClient.MemberListAsync(request, call).ResponseAsync, Quick, cancellationToken)
            .ConfigureAwait(false)).Members;
    }

    /// <summary>Makes a place in the cluster for a learner, which is then to be started.</summary>
    /// <param name="peerUrl">The address its peers will reach it at.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task AddLearnerAsync(Uri peerUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peerUrl);
        var request = new MemberAddRequest { IsLearner = true, PeerURLs = { peerUrl.GetLeftPart(UriPartial.Authority) } };
        return CallAsync(call => _etcd.ClusterClient.MemberAddAsync(request, call).ResponseAsync, Patient, cancellationToken);
    }

    /// <summary>
    /// The hash of all keys with their history up to a revision, which is the same on every member that has not lost or invented
    /// anything. Learners answer too.
    /// </summary>
    /// <param name="revision">The revision; 0 for the member's newest.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdSandboxClientException">The member has not come to the revision yet, or has compacted it.</exception>
    /// <exception cref="InvalidOperationException">The client was made without the member's peer address.</exception>
    public Task<HashKVResponse> HashKVAsync(long revision, CancellationToken cancellationToken)
    {
        // A second way is the point here: learners refuse HashKV to clients, but the members' own corruption check asks all of them
        // at this address, in JSON and without a login, in every version.
        var peer = _peerUrl
            ?? throw new InvalidOperationException("A hash is to be had at the member's peer address, which was not given.");
        return CallOnceAsync(AskAsync, token: null, Quick, cancellationToken);

        async Task<HashKVResponse> AskAsync(CallOptions call)
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, "members/hashkv"));
            question.Content = JsonContent.Create(new { revision });
            using var answer = await _http.SendAsync(question, call.CancellationToken).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStringAsync(call.CancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? PeerJson.Parse<HashKVResponse>(body)
                : throw new EtcdSandboxClientException(nameof(HashKVAsync), StatusCode.Unknown, body.Trim());
        }
    }

    /// <summary>Closes the connections.</summary>
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

    private Task<RangeResponse> RangeAsync(RangeRequest request, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(call => _etcd.KVClient.RangeAsync(request, call).ResponseAsync, timeout, cancellationToken);

    private Task<TxnResponse> TransactAsync(IEnumerable<RequestOp> operations, CancellationToken cancellationToken)
    {
        var request = new TxnRequest { Success = { operations } };
        return CallAsync(call => _etcd.KVClient.TxnAsync(request, call).ResponseAsync, Patient, cancellationToken);
    }

    private Task<AlarmResponse> AlarmAsync(AlarmRequest request, CancellationToken cancellationToken) =>
        CallAsync(call => _etcd.MaintenanceClient.AlarmAsync(request, call).ResponseAsync, Quick, cancellationToken);

    /// <summary>Calls as whoever is signed in, once more with a new token where the token alone was refused.</summary>
    private async Task<TAnswer> CallAsync<TAnswer>(
        Func<CallOptions, Task<TAnswer>> act, TimeSpan timeout, CancellationToken cancellationToken, [CallerMemberName] string name = "")
    {
        var token = await _login.GetTokenAsync(this, refused: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await CallOnceAsync(act, token, timeout, cancellationToken, name).ConfigureAwait(false);
        }
        catch (EtcdSandboxClientException exception) when (token is not null && SandboxLogin.IsTokenRefusal(exception))
        {
            token = await _login.GetTokenAsync(this, refused: token, cancellationToken).ConfigureAwait(false);
            return await CallOnceAsync(act, token, timeout, cancellationToken, name).ConfigureAwait(false);
        }
    }

    private async Task<TAnswer> CallOnceAsync<TAnswer>(
        Func<CallOptions, Task<TAnswer>> act,
        string? token,
        TimeSpan timeout,
        CancellationToken cancellationToken,
        [CallerMemberName] string name = "")
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var headers = token is null ? null : new Metadata { { "token", token } };
            return await act(new CallOptions(headers, cancellationToken: both.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_clientUrl} did not answer {name} within {timeout.TotalSeconds} s.", exception);
        }
        catch (RpcException exception) when (exception.Status.DebugException is { } failure)
        {
            // What failed on this side of the member has its cause with it; etcd's own errors have none.
            throw new HttpRequestException(
                $"{_clientUrl} cannot be reached: {failure.Message}", failure is HttpRequestException ? failure.InnerException : failure);
        }
        catch (RpcException exception)
        {
            throw new EtcdSandboxClientException(name, exception.StatusCode, exception.Status.Detail);
        }
    }
}
