using EtcdDefrag.Model;

namespace EtcdDefrag.Connection;

/// <summary>
/// The port to one etcd member. Every call goes to this member and to no other, once: there is no retry and no balancing behind it. Every
/// method throws <see cref="EtcdException"/> when the call fails, and <see cref="OperationCanceledException"/> when the caller cancels.
/// Cancelling ends the wait; the member goes on with a defragmentation or a compaction.
/// </summary>
internal interface IEtcdMember : IDisposable
{
    EtcdEndpoint Endpoint { get; }

    /// <summary>Maintenance.Status: the member's sizes and its place in the cluster.</summary>
    Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Cluster.MemberList: all members of the cluster, as this member knows them.</summary>
    Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken);

    /// <summary>Maintenance.Alarm with action GET: every alarm of the cluster, as this member knows them.</summary>
    Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken);

    /// <summary>KV.Range of one key, linearizable: answered only with a leader and a quorum. Null where the key does not exist.</summary>
    Task<string?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// KV.Range from a key on, serializable: what this member itself has, without asking the leader. Refused with OutOfRange where the
    /// revision was compacted, and with ResourceExhausted where the answer would be too large.
    /// </summary>
    Task<EtcdKeyPage> ReadPageAsync(EtcdKeyRange range, CancellationToken cancellationToken);

    /// <summary>Maintenance.Defragment. Blocks the member until it ends.</summary>
    /// <param name="deadline">How long to wait for the answer.</param>
    /// <param name="onSending">
    /// Called before the first byte of the request can leave this process, and only then: without it the member cannot have begun, whatever
    /// is thrown.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task DefragmentAsync(TimeSpan deadline, Action onSending, CancellationToken cancellationToken);

    /// <summary>The member's <c>/metrics</c> page, which is served while the member defragments too.</summary>
    Task<EtcdMemberMetrics> GetMetricsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether this client may make the calls for which etcd requires its root role; found out by a call that changes nothing
    /// (Auth.UserGet for another user).
    /// </summary>
    Task<EtcdAccess> GetAccessAsync(CancellationToken cancellationToken);

    /// <summary>
    /// KV.Compact, physical: drops the history before a revision in the whole cluster, and waits until this member has removed it from its
    /// database.
    /// </summary>
    /// <param name="revision">The revision; what was overwritten or deleted before it can no longer be read or watched.</param>
    /// <param name="deadline">How long to wait for the answer.</param>
    /// <param name="onSending">As that of <see cref="DefragmentAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task CompactAsync(long revision, TimeSpan deadline, Action onSending, CancellationToken cancellationToken);

    /// <summary>Maintenance.Alarm, DEACTIVATE, for NOSPACE of one member and never of all. False where the alarm was not armed.</summary>
    Task<bool> DisarmNoSpaceAsync(string memberId, CancellationToken cancellationToken);

    /// <summary>Maintenance.MoveLeader: asks this member, which must lead, to hand leadership over to a voter.</summary>
    Task MoveLeaderAsync(string memberId, CancellationToken cancellationToken);

    /// <summary>
    /// Maintenance.Snapshot: the member's database as it is now, followed by its SHA-256. The operation timeout applies to each part. A
    /// member from which a snapshot is being read cannot be defragmented.
    /// </summary>
    IAsyncEnumerable<EtcdSnapshotPart> ReadSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Lease.LeaseGrant, for whole seconds. Gives the lease's id.</summary>
    Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Lease.LeaseKeepAlive, once. Gives the lifetime from now on; zero where the lease has ended.</summary>
    Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>Lease.LeaseTimeToLive, in whole seconds rounded towards zero; negative where the lease has ended.</summary>
    Task<TimeSpan> GetLeaseLeftAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>Lease.LeaseRevoke: ends a lease and deletes the keys attached to it.</summary>
    Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>KV.Txn: creates a key, attached to a lease, unless it exists. Null where it was created, else what it holds.</summary>
    Task<EtcdHeldKey?> CreateKeyAsync(string key, string value, long leaseId, CancellationToken cancellationToken);

    /// <summary>
    /// KV.Txn: changes keys if they are as expected, and gives false where they are not. One that only deletes is accepted in NOSPACE too.
    /// </summary>
    Task<bool> ChangeKeysAsync(EtcdKeyChange change, CancellationToken cancellationToken);
}

/// <summary>Keys from a key on, so many at most, at a revision; 0 for the newest.</summary>
internal sealed record EtcdKeyRange(ReadOnlyMemory<byte> From, int Limit, long Revision);

/// <summary>Keys in their order, the revision at which they were read, and how many follow.</summary>
internal sealed record EtcdKeyPage(IReadOnlyList<EtcdKeyFact> Keys, long Revision, long KeysAfter);

/// <summary>A key, the size of its value, and how often it was written since it was created.</summary>
internal sealed record EtcdKeyFact(ReadOnlyMemory<byte> Key, long ValueBytes, long Version)
{
    public long Bytes => Key.Length + ValueBytes;
}

/// <summary>A key that exists, and the lease that it is attached to; 0 for none.</summary>
internal sealed record EtcdHeldKey(string Value, long LeaseId);

/// <summary>A change of keys that is made only if they are as expected.</summary>
internal sealed record EtcdKeyChange
{
    /// <summary>The keys that must exist, with their values.</summary>
    public IReadOnlyDictionary<string, string> Present { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys that must not exist.</summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    public IReadOnlyDictionary<string, string> Put { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Delete { get; init; } = [];
}

/// <summary>A part of a snapshot, and how many bytes of the database follow it.</summary>
internal sealed record EtcdSnapshotPart(ReadOnlyMemory<byte> Data, long RemainingBytes);

/// <summary>Makes ports to members. Nothing is sent before the first call.</summary>
internal interface IEtcdConnector
{
    IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options);

    /// <summary>The same, over a connection that nobody has used before.</summary>
    IEtcdMember ConnectAnew(EtcdEndpoint endpoint, EtcdConnectionOptions options) => Connect(endpoint, options);
}
