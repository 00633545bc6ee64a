using EtcdDefrag.Model;

namespace EtcdDefrag.Connection;

/// <summary>
/// The port to one etcd member. Every call goes to this member and to no other, and is made once: there is no retry and no
/// balancing behind it. Every method throws <see cref="EtcdException"/> when the call fails and
/// <see cref="OperationCanceledException"/> when the caller cancels.
/// </summary>
public interface IEtcdMember : IDisposable
{
    /// <summary>The address this port speaks to.</summary>
    EtcdEndpoint Endpoint { get; }

    /// <summary>Maintenance.Status: the member's sizes and its place in the cluster.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task<EtcdMemberStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Cluster.MemberList: all members of the cluster, by this member's word.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task<IReadOnlyList<EtcdMember>> GetMemberListAsync(CancellationToken cancellationToken);

    /// <summary>Maintenance.Alarm with action GET: every alarm armed in the cluster, by this member's word.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task<IReadOnlyList<EtcdAlarm>> GetAlarmsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// KV.Range of one key, linearizable: it answers only while the member takes part in a cluster with a leader and a quorum.
    /// </summary>
    /// <param name="key">The key; it need not exist.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Its value; null where it does not exist.</returns>
    Task<string?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Maintenance.Defragment. Blocks the member until it ends. The member goes on even if the caller gives up.
    /// </summary>
    /// <param name="deadline">How long to wait for the answer.</param>
    /// <param name="onSending">
    /// Called before the first byte of the request may leave, and not at all where none did: until then the member cannot have begun,
    /// whatever is thrown.
    /// </param>
    /// <param name="cancellationToken">Gives the wait up, not the defragmentation.</param>
    Task DefragmentAsync(TimeSpan deadline, Action onSending, CancellationToken cancellationToken);

    /// <summary>The member's <c>/metrics</c> page, which answers also while the member defragments.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task<EtcdMemberMetrics> GetMetricsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether this client may make the calls for which etcd wants its root role, found out by a question that changes nothing
    /// (Auth.UserGet for another user).
    /// </summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task<EtcdAccess> GetAccessAsync(CancellationToken cancellationToken);

    /// <summary>
    /// KV.Compact, physical: drops the history up to a revision in the whole cluster, and waits until this member has dropped it
    /// from its database. The cluster goes on even if the caller gives up.
    /// </summary>
    /// <param name="revision">The revision; what was overwritten or deleted before it can no longer be read or watched.</param>
    /// <param name="deadline">How long to wait for the answer.</param>
    /// <param name="onSending">As that of <see cref="DefragmentAsync"/>.</param>
    /// <param name="cancellationToken">Gives the wait up, not the compaction.</param>
    Task CompactAsync(long revision, TimeSpan deadline, Action onSending, CancellationToken cancellationToken);

    /// <summary>
    /// Maintenance.Alarm with action DEACTIVATE, type NOSPACE and one member: never another alarm, and never everybody's.
    /// </summary>
    /// <param name="memberId">The member whose alarm it is, in hexadecimal digits.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Whether the alarm was armed.</returns>
    Task<bool> DisarmNoSpaceAsync(string memberId, CancellationToken cancellationToken);

    /// <summary>Maintenance.MoveLeader: asks this member, which must lead, to hand leadership over.</summary>
    /// <param name="memberId">The member that is to lead, in hexadecimal digits; it must vote.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task MoveLeaderAsync(string memberId, CancellationToken cancellationToken);

    /// <summary>
    /// Maintenance.Snapshot: the member's whole database as it is now, followed by the SHA-256 of all that came before. A member from
    /// which one is being read cannot be defragmented.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The parts in their order, each read when it is asked for. The time limit of an operation holds for each of them.</returns>
    IAsyncEnumerable<EtcdSnapshotPart> ReadSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Lease.LeaseGrant.</summary>
    /// <param name="lifetime">How long the lease lives if nobody keeps it alive; whole seconds.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The lease's id.</returns>
    Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Lease.LeaseKeepAlive, once.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>How long it lives from now on; zero where it lives no more.</returns>
    Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>Lease.LeaseTimeToLive.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>How long it still lives, in whole seconds towards zero; negative where it lives no more.</returns>
    Task<TimeSpan> GetLeaseLeftAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>Lease.LeaseRevoke: ends a lease and deletes the keys that hang on it.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>KV.Txn: creates a key unless it exists, in one transaction.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="leaseId">The lease it lives as long as.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Null where the key was created; else what it already holds.</returns>
    Task<EtcdHeldKey?> CreateKeyAsync(string key, string value, long leaseId, CancellationToken cancellationToken);

    /// <summary>KV.Txn: changes keys if they are as expected, in one transaction. One that only deletes is taken in NOSPACE too.</summary>
    /// <param name="change">What is expected and what is to be done.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Whether the keys were as expected; else nothing was changed.</returns>
    Task<bool> ChangeKeysAsync(EtcdKeyChange change, CancellationToken cancellationToken);
}

/// <summary>A key that is there already.</summary>
/// <param name="Value">Its value.</param>
/// <param name="LeaseId">The lease that it lives as long as; 0 for none.</param>
public sealed record EtcdHeldKey(string Value, long LeaseId);

/// <summary>A change of keys that is made if they are as expected.</summary>
public sealed record EtcdKeyChange
{
    /// <summary>The keys that have to be there, with their values.</summary>
    public IReadOnlyDictionary<string, string> Present { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys that must not be there.</summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>The keys that are put, without a lease.</summary>
    public IReadOnlyDictionary<string, string> Put { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys that are deleted.</summary>
    public IReadOnlyList<string> Delete { get; init; } = [];
}

/// <summary>A part of a snapshot.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="RemainingBytes">How many bytes of the database are still to come after it.</param>
public sealed record EtcdSnapshotPart(ReadOnlyMemory<byte> Data, long RemainingBytes);

/// <summary>Makes ports to members.</summary>
public interface IEtcdConnector
{
    /// <summary>Makes the port to one member. Nothing is sent yet.</summary>
    /// <param name="endpoint">The member's address.</param>
    /// <param name="options">Timeouts and the like.</param>
    IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options);
}
