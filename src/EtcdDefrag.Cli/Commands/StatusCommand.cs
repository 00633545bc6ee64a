using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag status</c>: what each member says of itself.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var wholeCluster = session.Values.Get(RunFlags.Cluster);
        var snapshot = await session.InspectAsync(wholeCluster, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        var silent = snapshot.Members.Where(m => m.Status is null).ToArray();
        session.Log.Complain([.. silent.Select(m => m.Failure?.Message ?? $"{m.DisplayName} gave no status.")]);
        session.Log.Warn(
            [.. CertificateExpiry.FindWarnings(snapshot.Statuses, snapshot.TakenAt).Select(w => $"Warning (CertificateExpiry): {w}")]);
        session.Write(
            [.. snapshot.Statuses.Select(MemberRecords.Of), .. silent.Select(MemberRecords.OfSilent)],
            snapshot.Statuses.Any() ? StatusTable.Write([.. snapshot.Statuses], hasBars: session.Host.IsOutputTerminal) : []);
        return silent.Length == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
