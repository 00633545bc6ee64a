using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag status</c>: what each member says of itself.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("status", "Shows each member's sizes, quota and place in the cluster.");
        command.AddFlags(ConnectionFlags.All, [RunFlags.Cluster], OutputFlags.All);
        command.SetAction(new ClusterAction(host, RunAsync).RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var snapshot = await session.InspectAsync(connections, target, session.Values.Get(RunFlags.Cluster), InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        var silent = snapshot.Members.Where(m => m.Status is null).ToArray();
        await session.Log.ComplainAsync([.. silent.Select(m => m.Failure?.Message ?? $"{m.DisplayName} gave no status.")]).ConfigureAwait(false);
        await session.Log.WarnAsync([.. CertificateExpiry.FindWarnings(snapshot.Statuses, snapshot.TakenAt).Select(w => $"Warning (CertificateExpiry): {w}")]).ConfigureAwait(false);
        await session.WriteAsync(
            [.. snapshot.Statuses.Select(MemberRecords.Of), .. silent.Select(MemberRecords.OfSilent)],
            !snapshot.Statuses.Any() ? [] : StatusTable.Write([.. snapshot.Statuses], hasBars: session.Host.IsOutputTerminal)).ConfigureAwait(false);
        return silent.Length == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
