using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Invoke-EtcdCompaction: drops a cluster's old history, which is what gives a defragmentation something to reclaim.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EtcdCompaction", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdCompactionResult))]
public sealed class InvokeEtcdCompactionCommand : ClusterCmdlet
{
    /// <summary>Up to which revision history is dropped. Default: the newest less what <see cref="Retain"/> keeps.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long ToRevision { get; set; }

    /// <summary>How many of the newest revisions are kept. Default 10000.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long Retain { get; set; } = CompactionRequest.DefaultRetain;

    /// <summary>How long to wait until the leader has dropped the history from its database, in seconds. Default 300.</summary>
    [Parameter]
    [ValidateRange(1.0, 86400.0)]
    public double TimeoutSeconds { get; set; } = CompactionRequest.DefaultTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (MyInvocation.BoundParameters.ContainsKey(nameof(ToRevision)) && MyInvocation.BoundParameters.ContainsKey(nameof(Retain)))
        {
            ThrowTerminatingError(ErrorRecords.RevisionAndRetain());
        }
    }

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            try
            {
                var compaction = new CompactionOperation(connections, TimeProvider.System);
                await CompactAsync(compaction, target, streams, cancellationToken).ConfigureAwait(false);
            }
            catch (MaintenanceException problem)
            {
                await WriteUnansweredAsync(problem, target, streams).ConfigureAwait(false);
            }
        }
    }

    private async Task CompactAsync(
        CompactionOperation compaction, EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var request = new CompactionRequest(target.GetEndpoints())
        {
            Retain = Retain,
            Revision = ToRevision == 0 ? null : ToRevision,
            Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        var plan = await compaction.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        await InspectedAsync(plan.Snapshot, streams).ConfigureAwait(false);
        var action = $"Drop the cluster's history up to revision {plan.Revision} of {plan.CurrentRevision}";
        if (plan.ResultWithoutCall is null && !await streams.ShouldProcessAsync(plan.Member.Endpoint, action).ConfigureAwait(false))
        {
            return;
        }

        var result = await compaction.ExecuteAsync(
            plan,
            wait =>
            {
                var waitsFor = $"Waiting until the history is removed at {string.Join(", ", wait.Endpoints)}";
                streams.ShowWait(DisplayText.Of(waitsFor));
                return streams.WriteVerboseAsync($"{waitsFor}, for at most {Units.Duration(wait.Limit)}.");
            },
            cancellationToken).ConfigureAwait(false);
        await streams.WriteObjectAsync(result).ConfigureAwait(false);
        if (result.Outcome is EtcdCompactionOutcome.Failed or EtcdCompactionOutcome.Unknown)
        {
            await streams.WriteErrorAsync(ErrorRecords.CompactionFailed(result)).ConfigureAwait(false);
        }
    }
}
