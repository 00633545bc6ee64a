using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>Inspects the whole cluster: everything that the guards look at, at one moment.</summary>
internal sealed class ClusterProbe(MemberConnections connections, RunState run, TimeProvider time)
{
    private readonly ClusterInspector _inspector = new(connections, time);
    private readonly RaftLagRecheck _lag = new(connections);
    private readonly IdentityProbe _identity = new(connections);

    public async Task<GuardContext> InspectAsync(CancellationToken cancellationToken)
    {
        var request = run.Request;
        var inspected = request.NamedMembersOnly
            ? _inspector.InspectNamedMembersAsync(request.Endpoints, InspectionScope.Health, cancellationToken)
            : _inspector.InspectClusterAsync(request.Endpoints, InspectionScope.Health, cancellationToken);
        var members = run.LeaveOutRemoved(await inspected.ConfigureAwait(false));
        var snapshot = await _lag.RecheckAsync(members, request.MaxRaftLag, cancellationToken).ConfigureAwait(false);
        return new GuardContext(snapshot, HealthJudge.Judge(snapshot))
        {
            PendingIds = run.PendingIds,
            IdentityProblems = await _identity.FindProblemsAsync(
                snapshot, request.Endpoints, nameMembers: !request.WholeCluster, cancellationToken).ConfigureAwait(false),
            AllowsSmallCluster = request.AllowSmallCluster,
            MaxRaftLag = request.MaxRaftLag,
        };
    }
}
