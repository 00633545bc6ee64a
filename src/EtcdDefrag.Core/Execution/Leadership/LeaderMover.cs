using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Execution.Leadership;

/// <summary>Hands leadership over when that is all that is wanted, for instance before the leader's machine is taken down.</summary>
internal sealed class LeaderMover
{
    private static readonly TimeSpan AgreeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly MemberConnections _connections;
    private readonly ClusterInspector _inspector;
    private readonly TimeProvider _time;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    /// <param name="time">The clock.</param>
    public LeaderMover(MemberConnections connections, TimeProvider time)
    {
        _connections = connections;
        _time = time;
        _inspector = new ClusterInspector(connections, time);
    }

    /// <summary>Looks at the whole cluster and chooses who is to lead. Changes nothing.</summary>
    /// <param name="endpoints">At least one endpoint of the cluster.</param>
    /// <param name="to">The receiver's name, id or address; null for the voter that is furthest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LeaderMoveException">There is no single leader, or nobody fit to follow it.</exception>
    public async Task<LeaderMovePlan> PlanAsync(IReadOnlyList<EtcdEndpoint> endpoints, string? to, CancellationToken cancellationToken)
    {
        var snapshot = await InspectAsync(endpoints, cancellationToken).ConfigureAwait(false);
        var context = new GuardContext(snapshot, HealthJudge.Judge(snapshot));
        var again = await new RaftLagRecheck(_connections).RecheckAsync(snapshot, context.MaxRaftLag, cancellationToken).ConfigureAwait(false);
        return LeaderMovePlan.Of(context with { Snapshot = again }, to);
    }

    /// <summary>Asks the leader once, and waits until the members agree. A call whose answer is lost is judged by what they say.</summary>
    /// <param name="plan">Who hands over to whom.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="LeaderMoveException">The leader refused, or the members did not agree in time.</exception>
    public async Task<EtcdLeaderMove> MoveAsync(LeaderMovePlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var started = _time.GetTimestamp();
        if (plan.Leader.MemberId != plan.Receiver.MemberId)
        {
            await AskAsync(plan, cancellationToken).ConfigureAwait(false);
            await AgreeAsync(plan, started, cancellationToken).ConfigureAwait(false);
        }

        return new EtcdLeaderMove
        {
            ClusterId = plan.Leader.Status!.ClusterId,
            Endpoint = plan.Receiver.Endpoint,
            LeaderId = plan.Receiver.MemberId!,
            Name = plan.Receiver.Member?.Name ?? "",
            PreviousLeaderId = plan.Leader.MemberId!,
            PreviousName = plan.Leader.Member?.Name ?? "",
            Duration = _time.GetElapsedTime(started),
            Connection = _connections.Options,
        };
    }

    private async Task AskAsync(LeaderMovePlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await _connections.Get(plan.Leader.Address!).MoveLeaderAsync(plan.Receiver.MemberId!, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException failure) when (!failure.OutcomeIsOpen)
        {
            throw new LeaderMoveException(
                $"Leadership stays with {plan.Leader.DisplayName}: {failure.Message}", "See the leader's log; from etcd 3.4.42 and 3.5.28 on this needs the root role.", failure);
        }
        catch (EtcdException)
        {
            // It may have happened all the same: the members say so below, or they do not.
        }
    }

    private async Task AgreeAsync(LeaderMovePlan plan, long started, CancellationToken cancellationToken)
    {
        EtcdEndpoint[] addresses = [plan.Leader.Address!, plan.Receiver.Address!];
        while ((await InspectAsync(addresses, cancellationToken).ConfigureAwait(false)).LeaderId != plan.Receiver.MemberId)
        {
            if (_time.GetElapsedTime(started) > AgreeTimeout)
            {
                throw new LeaderMoveException(
                    $"The members did not agree on {plan.Receiver.DisplayName} as their leader within {Units.Seconds(AgreeTimeout)}.", "See Test-EtcdClusterHealth for who leads now.");
            }

            await Task.Delay(PollInterval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ClusterSnapshot> InspectAsync(IReadOnlyList<EtcdEndpoint> endpoints, CancellationToken cancellationToken) =>
        _inspector.InspectClusterAsync(endpoints, InspectionScope.Health, cancellationToken);
}
