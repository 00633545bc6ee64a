namespace EtcdDefrag.Model;

/// <summary>
/// What a member's <c>/metrics</c> page says about its database (etcd 3.4 and later). It answers also while the member
/// defragments and everything else hangs. What the page does not hold is null: unknown, and not zero.
/// </summary>
public sealed record EtcdMemberMetrics
{
    /// <summary>Whose page it is (<c>etcd_server_id</c>): the member's id in hexadecimal digits.</summary>
    public string? MemberId { get; init; }

    /// <summary>Whether a defragmentation is under way (<c>etcd_disk_defrag_inflight</c>).</summary>
    public bool? IsDefragmenting { get; init; }

    /// <summary>
    /// The defragmentations that this process has finished (<c>etcd_disk_backend_defrag_duration_seconds_count</c>): the proof
    /// that one has run.
    /// </summary>
    public long? DefragmentationCount { get; init; }

    /// <summary>
    /// The Snapshot streams that are open, such as a running backup: those started less those that have ended
    /// (<c>grpc_server_started_total</c>, <c>grpc_server_handled_total</c>).
    /// </summary>
    public long? OpenSnapshotCount { get; init; }

    /// <summary>
    /// The compactions whose history this process has removed from its database
    /// (<c>etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count</c>): the proof that one is physically over.
    /// </summary>
    public long? CompactionCount { get; init; }

    /// <summary>The quota in bytes (<c>etcd_server_quota_backend_bytes</c>).</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>When the process was started (<c>process_start_time_seconds</c>).</summary>
    public DateTimeOffset? ProcessStartedAt { get; init; }
}
