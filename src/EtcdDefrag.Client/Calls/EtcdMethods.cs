using Etcdserverpb;
using Grpc.Core;

namespace EtcdDefrag.Client.Calls;

/// <summary>The methods of etcd's services that are called.</summary>
internal static class EtcdMethods
{
    private const string KvService = "etcdserverpb.KV";
    private const string ClusterService = "etcdserverpb.Cluster";
    private const string MaintenanceService = "etcdserverpb.Maintenance";
    private const string LeaseService = "etcdserverpb.Lease";
    private const string AuthService = "etcdserverpb.Auth";

    public static EtcdMethod<RangeRequest, Task<RangeResponse>> Range { get; } = new(
        KvService, "Range", ChangesState: false,
        (invoker, request, options) => new KV.KVClient(invoker).RangeAsync(request, options).ResponseAsync);

    public static EtcdMethod<TxnRequest, Task<TxnResponse>> Txn { get; } = new(
        KvService, "Txn", ChangesState: true,
        (invoker, request, options) => new KV.KVClient(invoker).TxnAsync(request, options).ResponseAsync);

    public static EtcdMethod<CompactionRequest, Task<CompactionResponse>> Compact { get; } = new(
        KvService, "Compact", ChangesState: true,
        (invoker, request, options) => new KV.KVClient(invoker).CompactAsync(request, options).ResponseAsync);

    public static EtcdMethod<AuthenticateRequest, Task<AuthenticateResponse>> Authenticate { get; } = new(
        AuthService, "Authenticate", ChangesState: false,
        (invoker, request, options) => new Auth.AuthClient(invoker).AuthenticateAsync(request, options).ResponseAsync);

    public static EtcdMethod<AuthUserGetRequest, Task<AuthUserGetResponse>> UserGet { get; } = new(
        AuthService, "UserGet", ChangesState: false,
        (invoker, request, options) => new Auth.AuthClient(invoker).UserGetAsync(request, options).ResponseAsync);

    public static EtcdMethod<MemberListRequest, Task<MemberListResponse>> MemberList { get; } = new(
        ClusterService, "MemberList", ChangesState: false,
        (invoker, request, options) => new Cluster.ClusterClient(invoker).MemberListAsync(request, options).ResponseAsync);

    public static EtcdMethod<StatusRequest, Task<StatusResponse>> Status { get; } = new(
        MaintenanceService, "Status", ChangesState: false,
        (invoker, request, options) => Maintain(invoker).StatusAsync(request, options).ResponseAsync);

    public static EtcdMethod<AlarmRequest, Task<AlarmResponse>> Alarm { get; } = new(
        MaintenanceService, "Alarm", ChangesState: false,
        (invoker, request, options) => Maintain(invoker).AlarmAsync(request, options).ResponseAsync);

    /// <summary>The same method as <see cref="Alarm"/>, with an action that changes something.</summary>
    public static EtcdMethod<AlarmRequest, Task<AlarmResponse>> Disarm { get; } = Alarm with { ChangesState = true };

    public static EtcdMethod<DefragmentRequest, Task<DefragmentResponse>> Defragment { get; } = new(
        MaintenanceService, "Defragment", ChangesState: true,
        (invoker, request, options) => Maintain(invoker).DefragmentAsync(request, options).ResponseAsync);

    /// <summary>One message, answered by many.</summary>
    public static EtcdMethod<SnapshotRequest, AsyncServerStreamingCall<SnapshotResponse>> Snapshot { get; } = new(
        MaintenanceService, "Snapshot", ChangesState: false,
        (invoker, request, options) => Maintain(invoker).Snapshot(request, options));

    public static EtcdMethod<MoveLeaderRequest, Task<MoveLeaderResponse>> MoveLeader { get; } = new(
        MaintenanceService, "MoveLeader", ChangesState: true,
        (invoker, request, options) => Maintain(invoker).MoveLeaderAsync(request, options).ResponseAsync);

    public static EtcdMethod<LeaseGrantRequest, Task<LeaseGrantResponse>> LeaseGrant { get; } = new(
        LeaseService, "LeaseGrant", ChangesState: true,
        (invoker, request, options) => new Lease.LeaseClient(invoker).LeaseGrantAsync(request, options).ResponseAsync);

    public static EtcdMethod<LeaseRevokeRequest, Task<LeaseRevokeResponse>> LeaseRevoke { get; } = new(
        LeaseService, "LeaseRevoke", ChangesState: true,
        (invoker, request, options) => new Lease.LeaseClient(invoker).LeaseRevokeAsync(request, options).ResponseAsync);

    public static EtcdMethod<LeaseTimeToLiveRequest, Task<LeaseTimeToLiveResponse>> LeaseTimeToLive { get; } = new(
        LeaseService, "LeaseTimeToLive", ChangesState: false,
        (invoker, request, options) => new Lease.LeaseClient(invoker).LeaseTimeToLiveAsync(request, options).ResponseAsync);

    /// <summary>A stream both ways by its definition; with one message and then the end it is a call like any other.</summary>
    public static EtcdMethod<LeaseKeepAliveRequest, Task<LeaseKeepAliveResponse>> LeaseKeepAlive { get; } = new(
        LeaseService, "LeaseKeepAlive", ChangesState: true, KeepAliveAsync);

    private static Maintenance.MaintenanceClient Maintain(CallInvoker invoker) => new(invoker);

    private static async Task<LeaseKeepAliveResponse> KeepAliveAsync(
        CallInvoker invoker, LeaseKeepAliveRequest request, CallOptions options)
    {
        using var call = new Lease.LeaseClient(invoker).LeaseKeepAlive(options);
        try
        {
            await call.RequestStream.WriteAsync(request).ConfigureAwait(false);
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The call is over. Why, its answer says.
        }

        var isAnswered = await call.ResponseStream.MoveNext(options.CancellationToken).ConfigureAwait(false);
        var answer = isAnswered ? call.ResponseStream.Current : null;

        // The status comes after the answer.
        await call.ResponseStream.MoveNext(options.CancellationToken).ConfigureAwait(false);
        return answer ?? throw new EndOfStreamException("There is no answer.");
    }
}
