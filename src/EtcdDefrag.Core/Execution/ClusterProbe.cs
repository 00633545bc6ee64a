using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>Looks at the whole cluster: everything the guards want to know, at one moment.</summary>
internal sealed class ClusterProbe(MemberConnections connections, TimeProvider time)
{
    private readonly ClusterInspector _inspector = new(connections, time);
    private readonly RaftLagRecheck _lag = new(connections);
    private readonly IdentityProbe _identity = new(connections);

    public async Task<GuardContext> InspectAsync(RunState run, CancellationToken cancellationToken)
    {
        var snapshot = run.Request.NamedMembersOnly
            ? await _inspector.InspectNamedMembersAsync(run.Request.Endpoints, InspectionScope.Health, cancellationToken).ConfigureAwait(false)
            : await _inspector.InspectClusterAsync(run.Request.Endpoints, InspectionScope.Health, cancellationToken).ConfigureAwait(false);
        snapshot = await _lag.RecheckAsync(run.LeaveOutRemoved(snapshot), run.Request.MaxRaftLag, cancellationToken).ConfigureAwait(false);
        return new GuardContext(snapshot, HealthJudge.Judge(snapshot))
        {
            PendingIds = run.PendingIds,
            IdentityProblems = await _identity.FindProblemsAsync(
                snapshot, run.Request.Endpoints, nameMembers: !run.Request.WholeCluster, cancellationToken).ConfigureAwait(false),
            AllowsSmallCluster = run.Request.AllowSmallCluster,
            MaxRaftLag = run.Request.MaxRaftLag,
        };
    }
}
