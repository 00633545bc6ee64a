using System.Runtime.CompilerServices;
using EtcdDefrag.Client.Authentication;
using EtcdDefrag.Client.Calls;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Client.Metrics;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdDefrag.Client;

/// <summary>The port to one member, over gRPC; its metrics over HTTP/1.1.</summary>
internal sealed class EtcdMemberClient : IEtcdMember
{
    // No user has this name, so that what etcd says depends on who asks alone: only root may ask for others.
    private const string NonexistentUser = "etcd-defrag/nobody";

    private readonly MemberHttp _http;
    private readonly MemberHttp? _metricsHttp;
    private readonly MemberChannel _channel;
    private readonly AuthenticatedCalls _calls;
    private readonly MetricsPage _metrics;

    /// <summary>Speaks to a member.</summary>
    /// <param name="http">Its client address.</param>
    /// <param name="tokens">The cluster's tokens.</param>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="onCall">Told of every call when it has ended.</param>
    /// <param name="metrics">Where its metrics are, if not at its client address.</param>
    public EtcdMemberClient(MemberHttp http, ClusterToken tokens, TimeProvider time, Action<EtcdCall>? onCall = null, MemberHttp? metrics = null)
    {
        _http = http;
        _metricsHttp = metrics;
        _channel = new MemberChannel(http, time, onCall);
        _calls = new AuthenticatedCalls(http.Endpoint, _channel, tokens, http.Options, time);
        _metrics = new MetricsPage(metrics ?? http, time);
    }

    public EtcdEndpoint Endpoint => _http.Endpoint;

    public async Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(EtcdMethods.Status, new StatusRequest(), cancellationToken).ConfigureAwait(false);
        try
        {
            return ModelMapping.ToModel(answer, _http.Endpoint, _http.Options) with { ServerCertificateExpires = _http.CertificateExpires };
        }
        catch (InvalidProtocolBufferException unreadable)
        {
            const string Detail = "its answer to Status cannot be read";
            throw new EtcdException(EtcdFailure.NotEtcd, EtcdStatusCode.Internal, _http.Endpoint, "Status", Detail, unreadable);
        }
    }

    public async Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken)
    {
        // Not linearizable: a member that has lost its leader must still be able to say who the others are.
        var answer = await AskAsync(EtcdMethods.MemberList, new MemberListRequest { Linearizable = false }, cancellationToken).ConfigureAwait(false);
        return answer.Members.Select(ModelMapping.ToModel).ToArray();
    }

    public async Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
    {
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get };
        var answer = await AskAsync(EtcdMethods.Alarm, request, cancellationToken).ConfigureAwait(false);
        return answer.Alarms.Select(ModelMapping.ToModel).ToArray();
    }

    public async Task<string?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken).ConfigureAwait(false);
        return answer.Kvs.Count > 0 ? answer.Kvs[0].Value.ToStringUtf8() : null;
    }

    public Task DefragmentAsync(TimeSpan deadline, Action onSending, CancellationToken cancellationToken) =>
        _calls.CallAsync(EtcdMethods.Defragment, new DefragmentRequest(), deadline, cancellationToken, onSending);

    public Task<EtcdMemberMetrics> GetMetricsAsync(CancellationToken cancellationToken) => _metrics.ReadAsync(cancellationToken);

    public async Task<EtcdAccess> GetAccessAsync(CancellationToken cancellationToken)
    {
        var user = _http.Options.Credential?.UserName ?? (_http.Endpoint.IsSecure ? _http.Options.ClientCertificate?.CommonName : null) ?? "";
        try
        {
            await AskAsync(EtcdMethods.UserGet, new AuthUserGetRequest { Name = NonexistentUser }, cancellationToken).ConfigureAwait(false);
            return new EtcdAccess(EtcdRight.Granted, user);
        }
        catch (EtcdException refused) when (RightIn(refused) is not null)
        {
            var right = RightIn(refused)!.Value;
            var isStranger = right == EtcdRight.Granted && user.Length > 0 && _http.Options.Credential is null
                && await IsReadingDeniedAsync(cancellationToken).ConfigureAwait(false);
            return new EtcdAccess(isStranger ? EtcdRight.Denied : right, user);
        }
    }

    public Task CompactAsync(long revision, TimeSpan deadline, Action onSending, CancellationToken cancellationToken) =>
        _calls.CallAsync(EtcdMethods.Compact, new CompactionRequest { Revision = revision, Physical = true }, deadline, cancellationToken, onSending);

    public async Task<bool> DisarmNoSpaceAsync(string memberId, CancellationToken cancellationToken)
    {
        var named = new AlarmMember { MemberID = ModelMapping.FromId(memberId), Alarm = AlarmType.Nospace };
        if (named.MemberID == 0)
        {
            throw new ArgumentException("Member 0 stands for every member.", nameof(memberId));
        }

        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, MemberID = named.MemberID, Alarm = named.Alarm };
        var answer = await AskAsync(EtcdMethods.Disarm, request, cancellationToken).ConfigureAwait(false);
        return answer.Alarms.Contains(named);
    }

    public Task MoveLeaderAsync(string memberId, CancellationToken cancellationToken) =>
        AskAsync(EtcdMethods.MoveLeader, new MoveLeaderRequest { TargetID = ModelMapping.FromId(memberId) }, cancellationToken);

    public async IAsyncEnumerable<EtcdSnapshotPart> ReadSnapshotAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answers = _calls.StreamAsync(EtcdMethods.Snapshot, new SnapshotRequest(), _http.Options.OperationTimeout, cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            yield return new EtcdSnapshotPart(answer.Blob.Memory, (long)answer.RemainingBytes);
        }
    }

    public async Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = (long)lifetime.TotalSeconds }, cancellationToken).ConfigureAwait(false);
        return answer.ID;
    }

    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(EtcdMethods.LeaseKeepAlive, new LeaseKeepAliveRequest { ID = leaseId }, cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromSeconds(Math.Max(0, answer.TTL));
    }

    public async Task<TimeSpan> GetLeaseLeftAsync(long leaseId, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = leaseId }, cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromSeconds(answer.TTL);
    }

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) =>
        AskAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = leaseId }, cancellationToken);

    public async Task<EtcdHeldKey?> CreateKeyAsync(string key, string value, long leaseId, CancellationToken cancellationToken)
    {
        var name = ByteString.CopyFromUtf8(key);
        var put = new PutRequest { Key = name, Value = ByteString.CopyFromUtf8(value), Lease = leaseId };
        var request = new TxnRequest
        {
            // A key that was never created, or is deleted, has the create revision 0.
            Compare = { new Compare { Key = name, Target = Compare.Types.CompareTarget.Create, CreateRevision = 0 } },
            Success = { new RequestOp { RequestPut = put } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = name } } },
        };
        var answer = await AskAsync(EtcdMethods.Txn, request, cancellationToken).ConfigureAwait(false);
        if (answer.Succeeded)
        {
            return null;
        }

        var held = answer.Responses[0].ResponseRange.Kvs[0];
        return new EtcdHeldKey(held.Value.ToStringUtf8(), held.Lease);
    }

    public async Task<bool> ChangeKeysAsync(EtcdKeyChange change, CancellationToken cancellationToken)
    {
        var request = new TxnRequest();
        request.Compare.AddRange(change.Present.Select(k => new Compare
        {
            Key = ByteString.CopyFromUtf8(k.Key), Target = Compare.Types.CompareTarget.Value, Value = ByteString.CopyFromUtf8(k.Value),
        }));
        request.Compare.AddRange(change.Absent.Select(k => new Compare
        {
            Key = ByteString.CopyFromUtf8(k), Target = Compare.Types.CompareTarget.Create, CreateRevision = 0,
        }));
        request.Success.AddRange(change.Put.Select(k => new RequestOp
        {
            RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(k.Key), Value = ByteString.CopyFromUtf8(k.Value) },
        }));
        request.Success.AddRange(change.Delete.Select(k => new RequestOp
        {
            RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(k) },
        }));
        return (await AskAsync(EtcdMethods.Txn, request, cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    public void Dispose()
    {
        _calls.Dispose();
        _channel.Dispose();
        _http.Dispose();
        _metricsHttp?.Dispose();
    }

    /// <summary>
    /// A certificate may name a user that etcd does not have, which it answers as if the other one were meant that was asked for. Root
    /// may read every key.
    /// </summary>
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

    private static EtcdRight? RightIn(EtcdException answer) => answer switch
    {
        not { Failure: EtcdFailure.Refused, Call: "UserGet" } => null,
        { Code: EtcdStatusCode.FailedPrecondition } => EtcdRight.Granted,
        { Code: EtcdStatusCode.PermissionDenied } => EtcdRight.Denied,
        { Code: EtcdStatusCode.InvalidArgument } => EtcdRight.NoUser,
        _ => null,
    };

    private Task<TAnswer> AskAsync<TRequest, TAnswer>(
        EtcdMethod<TRequest, Task<TAnswer>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage => _calls.CallAsync(method, request, _http.Options.OperationTimeout, cancellationToken);
}
