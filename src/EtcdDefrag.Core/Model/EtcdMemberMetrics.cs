namespace EtcdDefrag.Model;

/// <summary>
/// What a member's <c>/metrics</c> page says about its database (etcd 3.4 and later). It is served while the member defragments, when
/// nothing else is. Null stands for "not on the page": unknown, and not zero.
/// </summary>
internal sealed record EtcdMemberMetrics
{
    /// <summary>The id of the member whose page it is, in hexadecimal digits (<c>etcd_server_id</c>).</summary>
    public string? MemberId { get; init; }

    /// <summary><c>etcd_disk_defrag_inflight</c>.</summary>
    public bool? IsDefragmenting { get; init; }

    /// <summary>
    /// The defragmentations that this process has finished: proof that one has run
    /// (<c>etcd_disk_backend_defrag_duration_seconds_count</c>).
    /// </summary>
    public long? DefragmentationCount { get; init; }

    /// <summary>
    /// The open Snapshot streams, such as a running backup: those started minus those ended (<c>grpc_server_started_total</c>,
    /// <c>grpc_server_handled_total</c>).
    /// </summary>
    public long? OpenSnapshotCount { get; init; }

    /// <summary>
    /// The compactions whose history this process has removed from its database: proof that one is physically over
    /// (<c>etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count</c>).
    /// </summary>
    public long? CompactionCount { get; init; }

    /// <summary><c>etcd_server_quota_backend_bytes</c>.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary><c>process_start_time_seconds</c>.</summary>
    public DateTimeOffset? ProcessStartedAt { get; init; }
}
