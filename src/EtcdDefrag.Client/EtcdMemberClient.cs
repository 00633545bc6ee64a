using System.Runtime.CompilerServices;
using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Calls;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdDefrag.Client;

/// <summary>One member: its calls over gRPC, its metrics over HTTP/1.1.</summary>
internal sealed class EtcdMemberClient(
    MemberHttp http, ClusterTokens tokens, TimeProvider time, Action<EtcdCall>? onCall = null, MemberHttp? metricsHttp = null) : IEtcdMember
{
    // No user has this name, so the answer depends only on who asks: only root may ask for another user.
    private const string NonexistentUser = "etcd-defrag/nobody";

    private readonly AuthenticatedCalls _calls = new(http, tokens, time, onCall);
    private readonly MetricsPage _metrics = new(metricsHttp ?? http, time);

    public EtcdEndpoint Endpoint => http.Endpoint;

    private KV.KVClient KvClient => new(_calls.Invoker);

    private Lease.LeaseClient LeaseClient => new(_calls.Invoker);

    private Auth.AuthClient AuthClient => new(_calls.Invoker);

    private Cluster.ClusterClient ClusterClient => new(_calls.Invoker);

    private Etcdserverpb.Maintenance.MaintenanceClient MaintenanceClient => new(_calls.Invoker);

    public async Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var request = new StatusRequest();
        var answer = await AskAsync("Maintenance/Status", MaintenanceClient.StatusAsync, request, cancellationToken).ConfigureAwait(false);
        return ModelMapping.ToModel(answer, Endpoint, http.Options) with { ServerCertificateExpires = http.CertificateExpires };
    }

    public async Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken)
    {
        // Not linearizable: a member that has lost its leader must still be able to name the others.
        var request = new MemberListRequest { Linearizable = false };
        var answer = await AskAsync("Cluster/MemberList", ClusterClient.MemberListAsync, request, cancellationToken).ConfigureAwait(false);
        return answer.Members.Select(ModelMapping.ToModel).ToArray();
    }

    public async Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
    {
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get };
        var answer = await AskAsync("Maintenance/Alarm", MaintenanceClient.AlarmAsync, request, cancellationToken).ConfigureAwait(false);
        return answer.Alarms.Select(ModelMapping.ToModel).ToArray();
    }

    public async Task<string?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var request = new RangeRequest { Key = Bytes(key) };
        var answer = await AskAsync("KV/Range", KvClient.RangeAsync, request, cancellationToken).ConfigureAwait(false);
        return answer.Kvs.Count > 0 ? answer.Kvs[0].Value.ToStringUtf8() : null;
    }

    public async Task<EtcdKeyPage> ReadPageAsync(EtcdKeyRange range, CancellationToken cancellationToken)
    {
        var request = new RangeRequest
        {
            Key = ByteString.CopyFrom(range.From.Span),
            RangeEnd = ByteString.CopyFrom(0), // Up to the last key.
            Limit = range.Limit,
            Revision = range.Revision,
            Serializable = true,
        };
        try
        {
            var answer = await AskAsync("KV/Range", KvClient.RangeAsync, request, cancellationToken).ConfigureAwait(false);
            return new EtcdKeyPage(
                [.. answer.Kvs.Select(kv => new EtcdKeyFact(kv.Key.Memory, kv.Value.Length, kv.Version))],
                range.Revision > 0 ? range.Revision : answer.Header.Revision,
                answer.More ? Math.Max(1, answer.Count - answer.Kvs.Count) : 0);
        }
        catch (EtcdException tooLarge) when (tooLarge.Detail.Contains("maximum configured message size", StringComparison.Ordinal))
        {
            const string Detail = "the answer is larger than is read at once";
            throw new EtcdException(EtcdFailure.Refused, EtcdStatusCode.ResourceExhausted, Endpoint, "Range", Detail, tooLarge);
        }
    }

    public Task DefragmentAsync(TimeSpan deadline, Action onSending, CancellationToken cancellationToken)
    {
        var request = new DefragmentRequest();
        return ChangeAsync("Maintenance/Defragment", MaintenanceClient.DefragmentAsync, request, cancellationToken, deadline, onSending);
    }

    public Task<EtcdMemberMetrics> GetMetricsAsync(CancellationToken cancellationToken) => _metrics.ReadAsync(cancellationToken);

    public async Task<EtcdAccess> GetAccessAsync(CancellationToken cancellationToken)
    {
        var user = http.Options.Credential?.UserName ?? (Endpoint.IsSecure ? http.Options.ClientCertificate?.CommonName : null) ?? "";
        try
        {
            var request = new AuthUserGetRequest { Name = NonexistentUser };
            await AskAsync("Auth/UserGet", AuthClient.UserGetAsync, request, cancellationToken).ConfigureAwait(false);
            return new EtcdAccess(EtcdRight.Granted, user);
        }
        catch (EtcdException refused) when (FindRight(refused) is { } right)
        {
            // If a certificate names a user that etcd does not have, UserGet answers as if the user asked for were missing. So a key is
            // read too: root may read every key.
            var mayBeUnknown = right == EtcdRight.Granted && user.Length > 0 && http.Options.Credential is null;
            var isUnknown = mayBeUnknown && await IsReadingDeniedAsync(cancellationToken).ConfigureAwait(false);
            return new EtcdAccess(isUnknown ? EtcdRight.Denied : right, user);
        }
    }

    public Task CompactAsync(long revision, TimeSpan deadline, Action onSending, CancellationToken cancellationToken)
    {
        var request = new CompactionRequest { Revision = revision, Physical = true };
        return ChangeAsync("KV/Compact", KvClient.CompactAsync, request, cancellationToken, deadline, onSending);
    }

    public async Task<bool> DisarmNoSpaceAsync(string memberId, CancellationToken cancellationToken)
    {
        var alarm = new AlarmMember { MemberID = ModelMapping.FromId(memberId), Alarm = AlarmType.Nospace };
        if (alarm.MemberID == 0)
        {
            throw new ArgumentException("Member 0 stands for every member.", nameof(memberId));
        }

        var deactivate = AlarmRequest.Types.AlarmAction.Deactivate;
        var request = new AlarmRequest { Action = deactivate, MemberID = alarm.MemberID, Alarm = alarm.Alarm };
        var answer = await ChangeAsync("Maintenance/Alarm", MaintenanceClient.AlarmAsync, request, cancellationToken).ConfigureAwait(false);
        return answer.Alarms.Contains(alarm);
    }

    public Task MoveLeaderAsync(string memberId, CancellationToken cancellationToken)
    {
        var request = new MoveLeaderRequest { TargetID = ModelMapping.FromId(memberId) };
        return ChangeAsync("Maintenance/MoveLeader", MaintenanceClient.MoveLeaderAsync, request, cancellationToken);
    }

    public async IAsyncEnumerable<EtcdSnapshotPart> ReadSnapshotAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var method = new EtcdMethod("Maintenance/Snapshot", ChangesState: false);
        var request = new SnapshotRequest();
        var answers = _calls.StreamAsync(
            method, options => MaintenanceClient.Snapshot(request, options), http.Options.OperationTimeout, cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            yield return new EtcdSnapshotPart(answer.Blob.Memory, (long)answer.RemainingBytes);
        }
    }

    public async Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest { TTL = (long)lifetime.TotalSeconds };
        return (await ChangeAsync("Lease/LeaseGrant", LeaseClient.LeaseGrantAsync, request, cancellationToken).ConfigureAwait(false)).ID;
    }

    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        var method = new EtcdMethod("Lease/LeaseKeepAlive", ChangesState: true);
        var request = new LeaseKeepAliveRequest { ID = leaseId };
        var answer = await _calls.CallAsync(
            method, options => KeepAliveAsync(request, options), http.Options.OperationTimeout, cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromSeconds(Math.Max(0, answer.TTL));
    }

    public async Task<TimeSpan> GetLeaseLeftAsync(long leaseId, CancellationToken cancellationToken)
    {
        var request = new LeaseTimeToLiveRequest { ID = leaseId };
        var asking = AskAsync("Lease/LeaseTimeToLive", LeaseClient.LeaseTimeToLiveAsync, request, cancellationToken);
        return TimeSpan.FromSeconds((await asking.ConfigureAwait(false)).TTL);
    }

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) =>
        ChangeAsync("Lease/LeaseRevoke", LeaseClient.LeaseRevokeAsync, new LeaseRevokeRequest { ID = leaseId }, cancellationToken);

    public async Task<EtcdHeldKey?> CreateKeyAsync(string key, string value, long leaseId, CancellationToken cancellationToken)
    {
        var request = new TxnRequest
        {
            Compare = { IsAbsent(key) },
            Success = { Put(key, value, leaseId) },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = Bytes(key) } } },
        };
        var answer = await ChangeAsync("KV/Txn", KvClient.TxnAsync, request, cancellationToken).ConfigureAwait(false);
        var held = answer.Succeeded ? null : answer.Responses[0].ResponseRange.Kvs[0];
        return held is null ? null : new EtcdHeldKey(held.Value.ToStringUtf8(), held.Lease);
    }

    public async Task<bool> ChangeKeysAsync(EtcdKeyChange change, CancellationToken cancellationToken)
    {
        var request = new TxnRequest
        {
            Compare = { change.Present.Select(k => Holds(k.Key, k.Value)), change.Absent.Select(IsAbsent) },
            Success = { change.Put.Select(k => Put(k.Key, k.Value)), change.Delete.Select(Delete) },
        };
        return (await ChangeAsync("KV/Txn", KvClient.TxnAsync, request, cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    public void Dispose()
    {
        _calls.Dispose();
        http.Token = tokens.Find(Endpoint);
        http.Dispose();
        metricsHttp?.Dispose();
    }

    private static EtcdRight? FindRight(EtcdException answer) => answer switch
    {
        not { Failure: EtcdFailure.Refused, Call: "UserGet" } => null,
        { Code: EtcdStatusCode.FailedPrecondition } => EtcdRight.Granted,
        { Code: EtcdStatusCode.PermissionDenied } => EtcdRight.Denied,
        { Code: EtcdStatusCode.InvalidArgument } => EtcdRight.NoUser,
        _ => null,
    };

    private async Task<bool> IsReadingDeniedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(NonexistentUser, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (EtcdException denied) when (denied is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.PermissionDenied })
        {
            return true;
        }
    }

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static Compare Holds(string key, string value) =>
        new() { Key = Bytes(key), Target = Compare.Types.CompareTarget.Value, Value = Bytes(value) };

    // A key that was never created, or was deleted, has the create revision 0.
    private static Compare IsAbsent(string key) =>
        new() { Key = Bytes(key), Target = Compare.Types.CompareTarget.Create, CreateRevision = 0 };

    private static RequestOp Put(string key, string value, long leaseId = 0) =>
        new() { RequestPut = new PutRequest { Key = Bytes(key), Value = Bytes(value), Lease = leaseId } };

    private static RequestOp Delete(string key) => new() { RequestDeleteRange = new DeleteRangeRequest { Key = Bytes(key) } };

    /// <summary>LeaseKeepAlive is defined as a stream in both directions; with one message it is a call like any other.</summary>
    private async Task<LeaseKeepAliveResponse> KeepAliveAsync(LeaseKeepAliveRequest request, CallOptions options)
    {
        using var call = LeaseClient.LeaseKeepAlive(options);
        try
        {
            await call.RequestStream.WriteAsync(request).ConfigureAwait(false);
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The call has ended. Its answer says why.
        }

        // The status comes after the message.
        var isAnswered = await call.ResponseStream.MoveNext(options.CancellationToken).ConfigureAwait(false);
        var answer = call.ResponseStream.Current;
        return isAnswered && !await call.ResponseStream.MoveNext(options.CancellationToken).ConfigureAwait(false)
            ? answer
            : throw new InvalidDataException("its answer to LeaseKeepAlive is not one message");
    }

    private Task<TAnswer> AskAsync<TRequest, TAnswer>(
        string path, Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> start, TRequest request, CancellationToken cancellationToken)
    {
        var method = new EtcdMethod(path, ChangesState: false);
        return _calls.CallAsync(method, options => start(request, options).ResponseAsync, http.Options.OperationTimeout, cancellationToken);
    }

    /// <summary>Makes a call that changes something: its bytes leave this process once only.</summary>
    private Task<TAnswer> ChangeAsync<TRequest, TAnswer>(
        string path, Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> start, TRequest request, CancellationToken cancellationToken,
        TimeSpan? deadline = null, Action? onSending = null)
    {
        var method = new EtcdMethod(path, ChangesState: true);
        var timeout = deadline ?? http.Options.OperationTimeout;
        return _calls.CallAsync(method, options => start(request, options).ResponseAsync, timeout, cancellationToken, onSending);
    }
}
