using System.CommandLine;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag health</c>: whether the whole cluster is well, whichever members are named.</summary>
internal static class HealthCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("health", "Judges the health of the whole cluster, whichever members are named and with or without --cluster; exit code 1 where it is not healthy.");
        command.AddFlags(ConnectionFlags.All, [RunFlags.Cluster], OutputFlags.All);
        command.SetAction(new ClusterAction(host, RunAsync).RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var snapshot = await session.InspectAsync(connections, target, wholeCluster: true, InspectionScope.Health, cancellationToken).ConfigureAwait(false);
        var health = HealthJudge.Judge(snapshot);
        await session.WriteAsync([.. health.Members.Select(MemberRecords.Of)], health.Members.Select(MemberLines.Of)).ConfigureAwait(false);

        await session.Log.ComplainAsync([.. health.Reasons]).ConfigureAwait(false);
        return health.IsHealthy ? ExitCode.Done : ExitCode.Failed;
    }
}
