using EtcdDefrag.Recovery;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>What there is to say of a recovery from NOSPACE.</summary>
internal static class RecoveryText
{
    public static Record RecordOf(EtcdSpaceResult r) => new("space",
    [
        new("ClusterID", r.ClusterId, "CLUSTER ID") { IsId = true },
        new("Outcome", r.Outcome.ToString(), "OUTCOME"),
        new("TakesWrites", r.TakesWrites, "TAKES WRITES"),
        new("ArmedBefore", r.ArmedBefore.ToArray(), "ARMED BEFORE"),
        new("ArmedAfter", r.ArmedAfter?.ToArray(), "ARMED AFTER"),
        new("DBSizeBefore", r.DbSizeBefore, "BEFORE") { Text = Units.Mebibytes(r.DbSizeBefore) },
        new("DBSizeAfter", r.DbSizeAfter, "AFTER") { Text = Units.Mebibytes(r.DbSizeAfter) },
        new("DBQuota", r.DbQuota, "QUOTA") { Text = Units.Mebibytes(r.DbQuota) },
        new("DBQuotaNeeded", r.DbQuotaNeeded, "QUOTA NEEDED") { Text = Units.Mebibytes(r.DbQuotaNeeded) },
        new("Largest", r.Largest.Select(UsageText.RecordOf)),
        new("BytesReclaimed", r.BytesReclaimed),
        new("CompactRevision", r.CompactRevision),
        new("Snapshot", r.Snapshot),
        new("TookSeconds", Math.Round(r.Duration.TotalSeconds, 6)),
        new("Reason", r.Reason, "REASON"),
        new("Remedy", r.Remedy),
    ]);

    public static Record RecordOf(RecoveryAction a) =>
        new("action", [new("Target", a.Target, "TARGET"), new("Action", a.Text, "ACTION"), new("IsDryRun", true)]);

    public static IEnumerable<string> LinesOf(EtcdSpaceResult r)
    {
        var writes = r.TakesWrites switch
        {
            true => "the cluster takes writes",
            false => "a write is refused",
            null => "no write was tried",
        };
        var armed = r.ArmedAfter switch
        {
            null => "which alarms are armed is not known",
            [] => "no NOSPACE alarm is armed",
            var some => $"NOSPACE is armed for {string.Join(", ", some)}",
        };
        yield return $"{r.Outcome}: {armed}, {writes}.";
        if (r.DbSizeAfter is not null)
        {
            var quota = r.DbQuota is null ? "" : $", with a quota of {Units.Size(r.DbQuota)}";
            yield return $"Largest file: {Units.Size(r.DbSizeBefore)} before, {Units.Size(r.DbSizeAfter)} after{quota}.";
        }

        foreach (var line in r.Largest.Count > 0 ? UsageText.LinesOf(r.Largest, hasBars: false) : [])
        {
            yield return line;
        }
    }
}
