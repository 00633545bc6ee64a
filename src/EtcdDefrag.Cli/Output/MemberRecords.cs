using System.Globalization;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>What there is to say of a member.</summary>
internal static class MemberRecords
{
    public static Record Of(EtcdMemberStatus s) => new("status",
    [
        new("Endpoint", s.Endpoint, "ENDPOINT"),
        new("Name", s.Name),
        new("MemberID", s.MemberId, "ID") { IsId = true },
        new("ClusterID", s.ClusterId) { IsId = true },
        new("Version", s.Version, "VERSION"),
        new("DBSize", s.DbSize, "DB SIZE") { Text = Units.Mebibytes(s.DbSize) },
        new("DBSizeInUse", s.DbSizeInUse, "IN USE") { Text = Units.Mebibytes(s.DbSizeInUse) },
        new("DBSizeFree", s.DbSizeFree),
        new("FragmentedRatio", Math.Round(s.FragmentedRatio, 4), "FRAGMENTED") { Text = Units.Percent(s.FragmentedRatio) },
        new("DBQuota", s.DbQuota, "QUOTA") { Text = Units.Mebibytes(s.DbQuota) },
        new("DBQuotaUsage", s.DbQuotaUsage is { } usage ? Math.Round(usage, 4) : null, "QUOTA USED")
        {
            Text = Units.Percent(s.DbQuotaUsage),
        },
        new("DBQuotaSource", s.DbQuotaSource.ToString()),
        new("IsLeader", s.IsLeader, "IS LEADER"),
        new("IsLearner", s.IsLearner, "IS LEARNER"),
        new("Leader", s.LeaderId) { IsId = true },
        new("Revision", s.Revision),
        new("RaftTerm", s.RaftTerm, "RAFT TERM"),
        new("RaftIndex", s.RaftIndex, "RAFT INDEX"),
        new("RaftAppliedIndex", s.RaftAppliedIndex, "RAFT APPLIED INDEX"),
        new("Alarms", s.Alarms.Select(AlarmNames.Of).ToArray(), "ALARMS"),
        new("Errors", s.Errors.ToArray(), "ERRORS"),
        new("ServerCertificateExpires", Write(s.ServerCertificateExpires)),
        new("ClientCertificateExpires", Write(s.ClientCertificateExpires)),
    ]);

    /// <summary>A member that gave no status.</summary>
    public static Record OfSilent(MemberObservation m) => new("unreachable",
    [
        new("Endpoint", m.DisplayName, "ENDPOINT"),
        new("MemberID", m.MemberId ?? "") { IsId = true },
        new("Errors", new[] { m.Failure?.Message ?? "It gave no status." }, "ERRORS"),
    ]);

    public static Record Of(EtcdMemberHealth h) => new("health",
    [
        new("Endpoint", h.Endpoint, "ENDPOINT"),
        new("Name", h.Name),
        new("MemberID", h.MemberId) { IsId = true },
        new("Health", h.IsHealthy, "HEALTH"),
        new("Took", h.Took.TotalSeconds, "TOOK") { Text = GoDuration.Write(h.Took) },
        new("IsLeader", h.IsLeader),
        new("IsLearner", h.IsLearner),
        new("Alarms", h.Alarms.Select(AlarmNames.Of).ToArray()),
        new("Error", h.Reason, "ERROR"),
    ]);

    public static Record Of(EtcdAlarm a) => new("alarm",
    [
        new("MemberID", a.MemberId, "MEMBER ID") { IsId = true },
        new("Alarm", AlarmNames.Of(a.AlarmType), "ALARM"),
    ]);

    private static string? Write(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
