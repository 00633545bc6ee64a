using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Move-EtcdLeader: has the leader hand its leadership over, and sees to it that the members agree.</summary>
[Cmdlet(VerbsCommon.Move, "EtcdLeader", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdLeaderMove))]
public sealed class MoveEtcdLeaderCommand : ClusterCmdlet
{
    /// <summary>
    /// The member that is to lead: its name, its id or an address of it. Default: of the other voters that answer and have caught up
    /// the one that is furthest ahead.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    public string? To { get; set; }

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            try
            {
                var move = new LeaderMoveOperation(connections, TimeProvider.System);
                await MoveAsync(move, target, streams, cancellationToken).ConfigureAwait(false);
            }
            catch (MaintenanceException problem)
            {
                await streams.WriteErrorAsync(ErrorRecords.LeaderNotMoved(problem, string.Join(",", target.Endpoint)))
                    .ConfigureAwait(false);
            }
        }
    }

    private async Task MoveAsync(
        LeaderMoveOperation move, EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var plan = await move.PlanAsync(new LeaderMoveRequest(target.GetEndpoints()) { To = To }, cancellationToken).ConfigureAwait(false);
        await InspectedAsync(plan.Snapshot, streams).ConfigureAwait(false);
        var receiver = ViewText.Member(plan.Receiver.Endpoint, plan.Receiver.Member?.Name ?? "", isLeader: false);
        var leader = ViewText.Member(plan.Leader.Endpoint, plan.Leader.Member?.Name ?? "", isLeader: true);
        if (!plan.IsNeeded)
        {
            await streams.WriteVerboseAsync($"{leader} leads already.").ConfigureAwait(false);
        }
        else if (!await streams.ShouldProcessAsync(leader, $"Hand leadership over to {receiver}").ConfigureAwait(false))
        {
            return;
        }

        streams.ShowWait($"Waiting until {receiver} leads");
        await streams.WriteObjectAsync(await move.ExecuteAsync(plan, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
