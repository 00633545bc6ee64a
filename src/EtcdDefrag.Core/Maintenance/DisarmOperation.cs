using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Maintenance;

/// <summary>Clears NOSPACE alarms, each of one named member, where every member has the room that the alarm says is missing.</summary>
internal sealed class DisarmOperation(MemberConnections connections, TimeProvider time)
{
    /// <summary>Inspects the cluster and plans. Changes nothing.</summary>
    /// <exception cref="MaintenanceException">No voter gave a status, or no member gave the member list.</exception>
    public async Task<DisarmPlan> PlanAsync(DisarmRequest request, CancellationToken cancellationToken)
    {
        var inspector = new ClusterInspector(connections, time);
        var snapshot = await inspector.InspectClusterAsync(request.Endpoints, InspectionScope.Status, cancellationToken)
            .ConfigureAwait(false);
        return snapshot.MemberList is not null && snapshot.Statuses.Any(s => !s.IsLearner)
            ? DisarmPlan.Create(snapshot, request)
            : throw MaintenanceException.NoAnswer(snapshot);
    }

    /// <summary>Clears one member's NOSPACE alarm, and no other. A failure is a result.</summary>
    public async Task<EtcdDisarmResult> ExecuteAsync(DisarmStep step, CancellationToken cancellationToken)
    {
        if (!step.IsArmed)
        {
            return ToResult(step, wasDisarmed: false, "Its NOSPACE alarm is not armed.");
        }

        if (step.MemberId.TrimStart('0').Length == 0)
        {
            // An alarm can be armed by hand for no member. To clear it by its number would clear everybody's.
            const string Everybody =
                "An alarm of member 0 stands for no member, and is left to 'etcdctl alarm disarm', which clears every alarm.";
            return ToResult(step, wasDisarmed: false, Everybody) with { Error = new InvalidOperationException(Everybody) };
        }

        try
        {
            var asked = connections.Get(step.AskedEndpoint!);
            var wasArmed = await asked.DisarmNoSpaceAsync(step.MemberId, cancellationToken).ConfigureAwait(false);
            return ToResult(step, wasArmed, wasArmed ? "" : "The alarm was not armed any more.");
        }
        catch (EtcdException failure)
        {
            return ToResult(step, wasDisarmed: false, failure.Message) with { Error = failure };
        }
    }

    private EtcdDisarmResult ToResult(DisarmStep step, bool wasDisarmed, string reason) => new(step.MemberId, wasDisarmed, reason)
    {
        Name = step.Name,
        Endpoint = step.Endpoint,
        Connection = connections.Options,
    };
}
