using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Maintenance;

/// <summary>Has the leader hand leadership over, by itself or before its turn in a run.</summary>
internal sealed class LeaderMoveOperation(MemberConnections connections, TimeProvider time)
{
    private static readonly TimeSpan AgreeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ClusterInspector _inspector = new(connections, time);

    /// <summary>Inspects the cluster and chooses who is to lead. Changes nothing.</summary>
    /// <exception cref="MaintenanceException">There is no single leader, or no member that can follow it.</exception>
    public async Task<LeaderMovePlan> PlanAsync(LeaderMoveRequest request, CancellationToken cancellationToken)
    {
        var snapshot = await _inspector.InspectClusterAsync(request.Endpoints, InspectionScope.Health, cancellationToken)
            .ConfigureAwait(false);
        var recheck = new RaftLagRecheck(connections);
        snapshot = await recheck.RecheckAsync(snapshot, request.MaxRaftLag, cancellationToken).ConfigureAwait(false);
        return LeaderMovePlan.Create(snapshot, request);
    }

    /// <summary>Asks the leader once, and waits until the members agree. A call whose answer is lost is judged by what they say.</summary>
    /// <exception cref="MaintenanceException">The leader refused, or the members did not agree in time.</exception>
    public async Task<EtcdLeaderMove> ExecuteAsync(LeaderMovePlan plan, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (plan.IsNeeded)
        {
            await CallAsync(plan, cancellationToken).ConfigureAwait(false);
            await WaitForAgreementAsync(plan, cancellationToken).ConfigureAwait(false);
        }

        return plan.ToResult(time.GetElapsedTime(started));
    }

    private async Task CallAsync(LeaderMovePlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await connections.Get(plan.Leader.Address!).MoveLeaderAsync(plan.Receiver.MemberId!, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure) when (!failure.OutcomeIsOpen)
        {
            throw new MaintenanceException(
                $"Leadership stays with {plan.Leader.DisplayName}: {failure.Message}",
                "See the leader's log; from etcd 3.4.42 and 3.5.28 on this needs the root role.",
                failure);
        }
        catch (EtcdException)
        {
            // It may have happened; the members say so below, or they do not.
        }
    }

    /// <summary>Asks the members that were asked for the plan, and no others: some may not be reachable from here.</summary>
    private async Task WaitForAgreementAsync(LeaderMovePlan plan, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        EtcdEndpoint[] members = [.. plan.Snapshot.Members.Select(m => m.Address).OfType<EtcdEndpoint>()];
        while (true)
        {
            var now = await _inspector.InspectEndpointsAsync(members, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
            if (now.LeaderId == plan.Receiver.MemberId)
            {
                return;
            }

            if (time.GetElapsedTime(started) > AgreeTimeout)
            {
                throw new MaintenanceException(
                    $"The members did not agree on {plan.Receiver.DisplayName} as their leader within {Units.Seconds(AgreeTimeout)}.",
                    "See Test-EtcdClusterHealth (etcd-defrag health) for who leads now.")
                {
                    OutcomeIsOpen = true,
                };
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
