using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Running;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>
/// Get-EtcdDefragPlan: what Invoke-EtcdDefrag would do with each member, in which order, and why; and whether it would be refused. Changes
/// nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "EtcdDefragPlan")]
[OutputType(typeof(EtcdDefragStep))]
public sealed class GetEtcdDefragPlanCommand : PlanningCmdlet
{
    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            var runner = new DefragRunner(connections, TimeProvider.System);
            var plan = await runner.PlanAsync(ToPlanRequest(target), cancellationToken).ConfigureAwait(false);
            Session.Remember(plan.Snapshot);
            await ShowAsync(plan, target, streams).ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(DefragPlan plan, EtcdConnection target, CmdletStreams streams)
    {
        foreach (var warning in plan.Warnings)
        {
            await streams.WriteWarningAsync(warning.Text).ConfigureAwait(false);
        }

        var silent = plan.Snapshot.Members.Where(m => IsMissed(m, target)).ToArray();
        foreach (var member in silent)
        {
            await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(member.DisplayName, member.Failure!)).ConfigureAwait(false);
        }

        foreach (var step in plan.Steps)
        {
            await streams.WriteObjectAsync(step).ConfigureAwait(false);
        }

        if (plan.Refused is { Refusal: var refusal } refused)
        {
            // The members' own errors say why already; what is left to say is that no run would begin.
            var isSaid = refusal.Rule == "VoterUnreachable" && silent.Length > 0;
            var subject = RefusalSubject.Of(refused, target.GetEndpoints());
            await (isSaid
                ? streams.WriteWarningAsync($"A run would be refused ({refusal.Rule}). {refusal.Remedy}")
                : streams.WriteErrorAsync(ErrorRecords.RunRefused(refusal, subject))).ConfigureAwait(false);
        }
    }

    /// <summary>A member that gave no status is not in the plan: where it was asked for, that must be said.</summary>
    private bool IsMissed(MemberObservation observation, EtcdConnection target) =>
        observation is { Status: null, Failure: not null }
        && (Cluster || target.GetEndpoints().Any(e => e == observation.Address));
}
