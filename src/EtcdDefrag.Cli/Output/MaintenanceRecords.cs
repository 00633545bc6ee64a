using EtcdDefrag.Maintenance;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>What there is to say of the operations beside a run.</summary>
internal static class MaintenanceRecords
{
    public static Record Of(EtcdLeaderMove m, bool isDryRun) => new("leadership",
    [
        new("ClusterID", m.ClusterId) { IsId = true },
        new("Endpoint", m.Endpoint, "ENDPOINT"),
        new("LeaderID", m.LeaderId, "LEADER ID") { IsId = true },
        new("Name", m.Name),
        new("PreviousLeaderID", m.PreviousLeaderId, "PREVIOUS LEADER ID") { IsId = true },
        new("PreviousName", m.PreviousName),
        new("WasMoved", m.WasMoved && !isDryRun, "MOVED"),
        new("TookSeconds", Math.Round(m.Duration.TotalSeconds, 6), "TOOK") { Text = GoDuration.Write(m.Duration) },
        new("IsDryRun", isDryRun),
    ]);

    public static Record Of(EtcdSnapshotResult s) => new("snapshot",
    [
        new("Path", s.Path, "PATH"),
        new("Bytes", s.Bytes, "SIZE") { Text = Units.Mebibytes(s.Bytes) },
        new("Sha256", s.Sha256, "SHA-256"),
        new("Endpoint", s.Endpoint, "ENDPOINT"),
        new("Name", s.Name),
        new("MemberID", s.MemberId) { IsId = true },
        new("Version", s.Version, "VERSION"),
        new("Revision", s.Revision, "REVISION"),
        new("TookSeconds", Math.Round(s.Duration.TotalSeconds, 6), "TOOK") { Text = GoDuration.Write(s.Duration) },
        new("IsDryRun", false),
    ]);

    /// <summary>A snapshot that was not taken: no bytes, no hash.</summary>
    public static Record OfDryRun(SnapshotPlan plan)
    {
        var member = plan.Member.Status!;
        return new("snapshot",
        [
            new("Path", plan.Path, "PATH"),
            new("Bytes", null, "SIZE"),
            new("Sha256", null, "SHA-256"),
            new("Endpoint", member.Endpoint, "ENDPOINT"),
            new("Name", member.Name),
            new("MemberID", member.MemberId) { IsId = true },
            new("Version", member.Version, "VERSION"),
            new("Revision", member.Revision, "REVISION"),
            new("TookSeconds", 0, "TOOK"),
            new("IsDryRun", true),
        ]);
    }
}
