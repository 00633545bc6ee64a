using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Puts together what is known about a member's quota. Pure.</summary>
public static class QuotaKnowledge
{
    /// <summary>
    /// Fills in from the metrics what the status does not say: etcd before 3.6 says nothing, and 3.6.0 to 3.6.5 say 0 where the default
    /// holds.
    /// </summary>
    /// <param name="status">A status as the member gave it.</param>
    /// <param name="metrics">Its metrics, where they could be read.</param>
    public static EtcdMemberStatus Complete(EtcdMemberStatus status, EtcdMemberMetrics? metrics) => status switch
    {
        { DbQuotaSource: not EtcdQuotaSource.Unknown } => status,
        _ when metrics is { QuotaBytes: > 0 } => status with { DbQuota = metrics.QuotaBytes, DbQuotaSource = EtcdQuotaSource.Metrics },
        _ => status,
    };

    /// <summary>What the user says counts only where nobody who must know says otherwise.</summary>
    /// <param name="status">A status.</param>
    /// <param name="givenBytes">The quota by the user's word; null for none.</param>
    public static EtcdMemberStatus Assume(EtcdMemberStatus status, long? givenBytes) =>
        status.DbQuotaSource == EtcdQuotaSource.Unknown && givenBytes is > 0
            ? status with { DbQuota = givenBytes, DbQuotaSource = EtcdQuotaSource.Given }
            : status;
}
