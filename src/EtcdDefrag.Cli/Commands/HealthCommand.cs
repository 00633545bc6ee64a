using EtcdDefrag.Cli.Output;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag health</c>: whether the whole cluster is healthy, whichever members are named.</summary>
internal static class HealthCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var snapshot = await session.InspectAsync(wholeCluster: true, InspectionScope.Health, cancellationToken).ConfigureAwait(false);
        var health = HealthJudge.Judge(snapshot);
        session.Write([.. health.Members.Select(MemberRecords.Of)], health.Members.Select(MemberLines.Of));
        session.Log.Complain([.. health.Reasons]);
        return health.IsHealthy ? ExitCode.Done : ExitCode.Failed;
    }
}
