namespace EtcdDefrag.Model;

/// <summary>Where a member's quota is known from.</summary>
public enum EtcdQuotaSource
{
    /// <summary>From nowhere: it is not known.</summary>
    Unknown,

    /// <summary>From the member's status (dbSizeQuota, etcd 3.6 and later).</summary>
    Status,

    /// <summary>From the member's <c>/metrics</c> (etcd_server_quota_backend_bytes).</summary>
    Metrics,

    /// <summary>From the user (-QuotaBytes, <c>--etcd-storage-quota-bytes</c>).</summary>
    Given,

    /// <summary>By the member's word there is none: its status says a negative number.</summary>
    None,
}
