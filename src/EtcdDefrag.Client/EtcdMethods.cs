using EtcdDefrag.Client.Messages;
using EtcdDefrag.Client.Wire;

namespace EtcdDefrag.Client;

/// <summary>The methods of etcd's services that are called.</summary>
internal static class EtcdMethods
{
    private const string Kv = "etcdserverpb.KV";
    private const string Cluster = "etcdserverpb.Cluster";
    private const string Maintenance = "etcdserverpb.Maintenance";
    private const string Lease = "etcdserverpb.Lease";
    private const string Auth = "etcdserverpb.Auth";

    public static GrpcMethod<RangeResponse> Range { get; } = new(Kv, "Range", ChangesState: false, RangeResponse.Parser);

    public static GrpcMethod<TxnResponse> Txn { get; } = new(Kv, "Txn", ChangesState: true, TxnResponse.Parser);

    public static GrpcMethod<CompactionResponse> Compact { get; } = new(Kv, "Compact", ChangesState: true, CompactionResponse.Parser);

    public static GrpcMethod<AuthenticateResponse> Authenticate { get; } = new(Auth, "Authenticate", ChangesState: false, AuthenticateResponse.Parser);

    public static GrpcMethod<AuthUserGetResponse> UserGet { get; } = new(Auth, "UserGet", ChangesState: false, AuthUserGetResponse.Parser);

    public static GrpcMethod<MemberListResponse> MemberList { get; } = new(Cluster, "MemberList", ChangesState: false, MemberListResponse.Parser);

    public static GrpcMethod<StatusResponse> Status { get; } = new(Maintenance, "Status", ChangesState: false, StatusResponse.Parser);

    public static GrpcMethod<AlarmResponse> Alarm { get; } = new(Maintenance, "Alarm", ChangesState: false, AlarmResponse.Parser);

    /// <summary>The same method as <see cref="Alarm"/>, with an action that changes something.</summary>
    public static GrpcMethod<AlarmResponse> Disarm { get; } = new(Maintenance, "Alarm", ChangesState: true, AlarmResponse.Parser);

    public static GrpcMethod<DefragmentResponse> Defragment { get; } = new(Maintenance, "Defragment", ChangesState: true, DefragmentResponse.Parser);

    /// <summary>One message, answered by many.</summary>
    public static GrpcMethod<SnapshotResponse> Snapshot { get; } = new(Maintenance, "Snapshot", ChangesState: false, SnapshotResponse.Parser);

    public static GrpcMethod<MoveLeaderResponse> MoveLeader { get; } = new(Maintenance, "MoveLeader", ChangesState: true, MoveLeaderResponse.Parser);

    public static GrpcMethod<LeaseGrantResponse> LeaseGrant { get; } = new(Lease, "LeaseGrant", ChangesState: true, LeaseGrantResponse.Parser);

    public static GrpcMethod<LeaseRevokeResponse> LeaseRevoke { get; } = new(Lease, "LeaseRevoke", ChangesState: true, LeaseRevokeResponse.Parser);

    /// <summary>A stream both ways by its definition; with one message and then the end it is a call like any other.</summary>
    public static GrpcMethod<LeaseKeepAliveResponse> LeaseKeepAlive { get; } =
        new(Lease, "LeaseKeepAlive", ChangesState: true, LeaseKeepAliveResponse.Parser);
}
