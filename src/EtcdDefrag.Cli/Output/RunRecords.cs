using EtcdDefrag.Execution;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>What there is to say of a run's steps and results.</summary>
internal static class RunRecords
{
    public static Record Of(EtcdDefragStep s) => new("step",
    [
        new("Order", s.Order, "ORDER"),
        new("Endpoint", s.Endpoint, "ENDPOINT"),
        new("Name", s.Name),
        new("MemberID", s.MemberId, "ID") { IsId = true },
        new("Action", s.Action.ToString(), "ACTION"),
        new("IsLeader", s.IsLeader, "IS LEADER"),
        new("DBSize", s.DbSize, "DB SIZE") { Text = Units.Mebibytes(s.DbSize) },
        new("DBSizeInUse", s.DbSizeInUse),
        new("DBSizeFree", s.DbSizeFree, "FREE") { Text = Units.Mebibytes(s.DbSizeFree) },
        new("EstimatedPauseSeconds", Math.Round(s.EstimatedPause.TotalSeconds, 3), "PAUSE")
        {
            Text = GoDuration.Write(TimeSpan.FromSeconds(Math.Ceiling(s.EstimatedPause.TotalSeconds))),
        },
        new("DiskBytesNeeded", s.DiskBytesNeeded, "DISK NEEDED") { Text = Units.Mebibytes(s.DiskBytesNeeded) },
        new("Reason", s.Reason, "REASON"),
    ]);

    public static Record Of(EtcdDefragResult r, bool isDryRun) => new("result",
    [
        new("Endpoint", r.Endpoint, "ENDPOINT"),
        new("Name", r.Name),
        new("MemberID", r.MemberId, "ID") { IsId = true },
        new("Outcome", r.Outcome.ToString(), "OUTCOME"),
        new("IsLeader", r.IsLeader, "IS LEADER"),
        new("DBSizeBefore", r.DbSizeBefore, "BEFORE") { Text = Units.Mebibytes(r.DbSizeBefore) },
        new("DBSizeAfter", r.DbSizeAfter, "AFTER") { Text = Units.Mebibytes(r.DbSizeAfter) },
        new("DBSizeInUseBefore", r.DbSizeInUseBefore),
        new("DBSizeInUseAfter", r.DbSizeInUseAfter),
        new("BytesReclaimed", r.BytesReclaimed, "RECLAIMED") { Text = Units.Mebibytes(r.BytesReclaimed) },
        new("StartedAt", r.StartedAt?.ToUniversalTime().ToString("O")),
        new("TookSeconds", Math.Round(r.Duration.TotalSeconds, 6), "TOOK") { Text = GoDuration.Write(r.Duration) },
        new("WasUnreachable", r.WasUnreachable),
        new("WasObserved", r.WasObserved),
        new("LeaderMovedTo", r.LeaderMovedTo) { IsId = true },
        new("IsDryRun", isDryRun),
        new("Reason", r.Reason, "REASON"),
        new("Warnings", r.Warnings.Select(OwnWords.Of).ToArray()),
    ]);

    public static Record Of(EtcdCompactionResult c, bool isDryRun = false) => new("compaction",
    [
        new("Endpoint", c.Endpoint, "ENDPOINT"),
        new("Revision", c.Revision, "REVISION"),
        new("CurrentRevision", c.CurrentRevision, "CURRENT REVISION"),
        new("Outcome", c.Outcome.ToString(), "OUTCOME"),
        new("IsDryRun", isDryRun),
        new("Reason", c.Reason, "REASON"),
    ]);

    public static Record Of(EtcdDisarmResult d, bool isDryRun = false) => new("disarm",
    [
        new("MemberID", d.MemberId, "MEMBER ID") { IsId = true },
        new("WasDisarmed", d.WasDisarmed, "DISARMED"),
        new("IsDryRun", isDryRun),
        new("Reason", d.Reason, "REASON"),
    ]);
}
