using EtcdDefrag.Model;

namespace EtcdDefrag.Inspection;

/// <summary>Completes what is known about a member's quota.</summary>
internal static class QuotaKnowledge
{
    /// <summary>
    /// Takes from the metrics what the status does not say: etcd before 3.6 says nothing, and 3.6.0 to 3.6.5 say 0 for the default quota.
    /// </summary>
    public static EtcdMemberStatus Complete(EtcdMemberStatus status, EtcdMemberMetrics? metrics) =>
        status.DbQuotaSource == EtcdQuotaSource.Unknown && metrics is { QuotaBytes: > 0 }
            ? status with { DbQuota = metrics.QuotaBytes, DbQuotaSource = EtcdQuotaSource.Metrics }
            : status;

    /// <summary>Takes the quota that the user gave only where the member does not say.</summary>
    public static EtcdMemberStatus Assume(EtcdMemberStatus status, long? givenBytes) =>
        status.DbQuotaSource == EtcdQuotaSource.Unknown && givenBytes is > 0
            ? status with { DbQuota = givenBytes, DbQuotaSource = EtcdQuotaSource.Given }
            : status;
}
