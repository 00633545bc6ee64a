using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using Etcdserverpb;

namespace EtcdDefrag.Client;

/// <summary>Converts etcd's messages to the model.</summary>
internal static class ModelMapping
{
    public static EtcdMemberStatus ToModel(StatusResponse status, EtcdEndpoint endpoint, EtcdConnectionOptions options) => new()
    {
        Endpoint = endpoint.ToString(),
        MemberId = ToId(status.Header?.MemberId ?? 0),
        ClusterId = ToId(status.Header?.ClusterId ?? 0),
        Version = status.Version,
        DbSize = status.DbSize,
        DbSizeInUse = status.DbSizeInUse,
        IsLearner = status.IsLearner,
        LeaderId = status.Leader == 0 ? "" : ToId(status.Leader),
        Revision = status.Header?.Revision ?? 0,
        RaftTerm = status.RaftTerm,
        RaftIndex = status.RaftIndex,
        RaftAppliedIndex = status.RaftAppliedIndex,
        DbQuota = status.DbSizeQuota > 0 ? status.DbSizeQuota : null,
        DbQuotaSource = status.DbSizeQuota switch
        {
            > 0 => EtcdQuotaSource.Status,
            < 0 => EtcdQuotaSource.None,
            _ => EtcdQuotaSource.Unknown, // Not said before etcd 3.6, nor up to 3.6.5 where the default holds.
        },
        IsDowngrading = status.DowngradeInfo?.Enabled == true,
        Errors = [.. status.Errors],
        Connection = options,
    };

    public static EtcdMember ToModel(Member member) => new(ToId(member.ID), member.Name, [.. member.ClientURLs], member.IsLearner);

    public static EtcdAlarm ToModel(AlarmMember alarm) => new(ToId(alarm.MemberID), (EtcdAlarmType)(int)alarm.Alarm);

    public static ulong FromId(string id) => ulong.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static string ToId(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
