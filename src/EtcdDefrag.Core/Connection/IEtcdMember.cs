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
    Task ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Maintenance.Defragment. Blocks the member until it ends. The member goes on even if the caller gives up.
    /// </summary>
    /// <param name="deadline">How long to wait for the answer.</param>
    /// <param name="cancellationToken">Gives the wait up, not the defragmentation.</param>
    Task DefragmentAsync(TimeSpan deadline, CancellationToken cancellationToken);
}

/// <summary>Makes ports to members.</summary>
public interface IEtcdConnector
{
    /// <summary>Makes the port to one member. Nothing is sent yet.</summary>
    /// <param name="endpoint">The member's address.</param>
    /// <param name="options">Timeouts and the like.</param>
    IEtcdMember Connect(EtcdEndpoint endpoint, EtcdConnectionOptions options);
}
