using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Get-EtcdDefragPlan: what Invoke-EtcdDefrag would do with each member, in which order, and why. Changes nothing.</summary>
[Cmdlet(VerbsCommon.Get, "EtcdDefragPlan")]
[OutputType(typeof(EtcdDefragStep))]
public sealed class GetEtcdDefragPlanCommand : PlanningCmdlet
{
    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            var snapshot = await InspectAsync(target, streams, cancellationToken).ConfigureAwait(false);
            Session.Remember(snapshot);
            foreach (var silent in snapshot.Members.Where(m => IsMissed(m, target)))
            {
                await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(silent.DisplayName, silent.Failure!)).ConfigureAwait(false);
            }

            await ShowAsync(snapshot, target, streams).ConfigureAwait(false);
        }
    }

    private static async Task<ClusterSnapshot> InspectAsync(EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        return await inspector.InspectClusterAsync(target.GetEndpoints(), InspectionScope.Status, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A member that gave no status is not in the plan: where it was asked for, that must be said.</summary>
    private bool IsMissed(MemberObservation observation, EtcdConnection target) =>
        observation is { Status: null, Failure: not null }
        && (Cluster || target.GetEndpoints().Any(e => e == observation.Address));

    private async Task ShowAsync(ClusterSnapshot snapshot, EtcdConnection target, CmdletStreams streams)
    {
        try
        {
            foreach (var step in DefragPlanner.Plan(snapshot, s => Cluster || snapshot.IsNamed(s.MemberId), PlanOptions))
            {
                await ShowAsync(step, streams).ConfigureAwait(false);
            }
        }
        catch (RuleEvaluationException unknown)
        {
            // Part of a plan would be taken for the whole of it.
            await streams.WriteErrorAsync(ErrorRecords.PolicyUnanswerable(unknown, string.Join(",", target.GetEndpoints()))).ConfigureAwait(false);
        }
    }

    private static async Task ShowAsync(EtcdDefragStep step, CmdletStreams streams)
    {
        if (step.Warning is { } warning)
        {
            await streams.WriteWarningAsync($"{step.Endpoint}: {warning}").ConfigureAwait(false);
        }

        await streams.WriteObjectAsync(step).ConfigureAwait(false);
    }
}
