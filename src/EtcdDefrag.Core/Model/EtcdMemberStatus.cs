using EtcdDefrag.Connection;

namespace EtcdDefrag.Model;

/// <summary>How a member's quota is known.</summary>
public enum EtcdQuotaSource
{
    /// <summary>It is not known.</summary>
    Unknown,

    /// <summary>From the member's status (dbSizeQuota, etcd 3.6 and later).</summary>
    Status,

    /// <summary>From the member's <c>/metrics</c> (etcd_server_quota_backend_bytes).</summary>
    Metrics,

    /// <summary>From the user (-QuotaBytes, <c>--etcd-storage-quota-bytes</c>).</summary>
    Given,

    /// <summary>The member has none: its status has a negative number.</summary>
    None,
}

/// <summary>
/// What one member says of itself (Maintenance.Status, etcd 3.4 and later), completed from its cluster's member list and alarm list. Sizes
/// are bytes. Immutable, and true of one moment.
/// </summary>
public sealed record EtcdMemberStatus
{
    private readonly ulong _clusterRaftIndex;

    /// <summary>The address that was asked.</summary>
    public required string Endpoint { get; init; }

    /// <summary><see cref="Endpoint"/> as it was parsed; an inspection sets it.</summary>
    internal EtcdEndpoint? Address { get; init; }

    /// <summary>The member's name, or an empty string where the member list was not read.</summary>
    public string Name { get; init; } = "";

    /// <summary>The member's id in hexadecimal digits, as etcdctl prints it.</summary>
    public required string MemberId { get; init; }

    /// <summary>The cluster's id in hexadecimal digits.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The member's etcd version, for example <c>3.5.16</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The size of the database file in bytes (dbSize).</summary>
    public required long DbSize { get; init; }

    /// <summary>The bytes of the file that hold live pages (dbSizeInUse). What a defragmentation keeps.</summary>
    public required long DbSizeInUse { get; init; }

    /// <summary>About the bytes that a defragmentation would give back: <see cref="DbSize"/> - <see cref="DbSizeInUse"/>.</summary>
    public long DbSizeFree => DbSize - DbSizeInUse;

    /// <summary><see cref="DbSizeFree"/> / <see cref="DbSize"/>, 0 to 1; 0 for an empty file.</summary>
    public double FragmentedRatio => DbSize > 0 ? (double)DbSizeFree / DbSize : 0;

    /// <summary>
    /// The storage quota in bytes; null where it is not known, or where the member has none (<see cref="DbQuotaSource"/> tells the two
    /// apart).
    /// </summary>
    public long? DbQuota { get; init; }

    /// <summary>How <see cref="DbQuota"/> is known.</summary>
    public EtcdQuotaSource DbQuotaSource { get; init; }

    /// <summary><see cref="DbSize"/> / <see cref="DbQuota"/>: 1 or more is NOSPACE. 0 without a quota, null if it is not known.</summary>
    public double? DbQuotaUsage => DbQuotaSource == EtcdQuotaSource.None ? 0 : DbQuota > 0 ? (double)DbSize / DbQuota : null;

    /// <summary>Whether this member leads the cluster.</summary>
    public bool IsLeader => LeaderId == MemberId;

    /// <summary>Whether this member is a learner: it has the data and no vote.</summary>
    public bool IsLearner { get; init; }

    /// <summary>The id of the leader this member follows; an empty string where it knows none.</summary>
    public required string LeaderId { get; init; }

    /// <summary>The store's revision at this member.</summary>
    public required long Revision { get; init; }

    /// <summary>The raft term.</summary>
    public required ulong RaftTerm { get; init; }

    /// <summary>The index of the last committed raft entry.</summary>
    public required ulong RaftIndex { get; init; }

    /// <summary>The index of the last raft entry this member has applied.</summary>
    public required ulong RaftAppliedIndex { get; init; }

    /// <summary>The highest <see cref="RaftIndex"/> of the members of its cluster that were asked together with it.</summary>
    public ulong ClusterRaftIndex
    {
        get => Math.Max(_clusterRaftIndex, RaftIndex);
        init => _clusterRaftIndex = value;
    }

    /// <summary>
    /// How many raft entries this member is behind: <see cref="ClusterRaftIndex"/> - <see cref="RaftAppliedIndex"/>. For a member that was
    /// asked alone these are only the entries that it has received and not yet applied.
    /// </summary>
    public ulong RaftLag => ClusterRaftIndex > RaftAppliedIndex ? ClusterRaftIndex - RaftAppliedIndex : 0;

    /// <summary>The alarms armed for this member.</summary>
    public IReadOnlyList<EtcdAlarmType> Alarms { get; init; } = [];

    /// <summary>Whether a downgrade of the cluster is under way (downgradeInfo, etcd 3.6 and later; false before).</summary>
    public bool IsDowngrading { get; init; }

    /// <summary>The errors that the member reports in its status, in etcd's words.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Until when the member's certificate is valid; null without TLS.</summary>
    public DateTimeOffset? ServerCertificateExpires { get; init; }

    /// <summary>Until when the client certificate is valid; null where there is none.</summary>
    public DateTimeOffset? ClientCertificateExpires => ServerCertificateExpires is null ? null : Connection.ClientCertificate?.Expires;

    /// <summary>How the member was reached, so that the next cmdlet in a pipeline can reach it too.</summary>
    public EtcdConnectionOptions Connection { get; init; } = new();

    /// <summary>The address, so that the text of a status still identifies the member.</summary>
    public override string ToString() => Endpoint;
}
