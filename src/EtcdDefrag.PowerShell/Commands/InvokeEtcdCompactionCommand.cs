using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
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
    private const long DefaultRetain = 10_000;

    /// <summary>Up to which revision history is dropped. Default: the newest less what <see cref="Retain"/> keeps.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long ToRevision { get; set; }

    /// <summary>How many of the newest revisions are kept. Default 10000.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long Retain { get; set; } = DefaultRetain;

    /// <summary>How long to wait until the leader has dropped the history from its database, in seconds. Default 300.</summary>
    [Parameter]
    [ValidateRange(1.0, 86400.0)]
    public double TimeoutSeconds { get; set; } = HistoryCompaction.DefaultTimeout.TotalSeconds;

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
            var inspector = new ClusterInspector(connections, TimeProvider.System);
            var snapshot = await inspector.InspectClusterAsync(target.GetEndpoints(), InspectionScope.Status, cancellationToken).ConfigureAwait(false);
            Session.Remember(snapshot);
            if (!snapshot.Statuses.Any())
            {
                await WriteFailuresAsync(snapshot, streams).ConfigureAwait(false);
                continue;
            }

            await CompactAsync(new HistoryCompaction(connections, TimeProvider.System), snapshot, streams, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CompactAsync(HistoryCompaction compaction, ClusterSnapshot snapshot, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        var prepared = HistoryCompaction.Prepare(snapshot, Retain);
        var revision = ToRevision == 0 ? prepared.Revision : ToRevision;
        if (revision > 0 && !await streams.ShouldProcessAsync(
            prepared.Endpoint, $"Drop the cluster's history up to revision {revision} of {prepared.CurrentRevision}").ConfigureAwait(false))
        {
            return;
        }

        var result = await compaction.CompactAsync(
            snapshot, prepared with { Revision = revision }, timeout,
            (waiting, limit) => streams.WriteVerboseAsync(
                $"Waiting until the history is removed at {string.Join(", ", waiting)}, for at most {Units.Duration(limit)}."),
            cancellationToken).ConfigureAwait(false);
        await streams.WriteObjectAsync(result).ConfigureAwait(false);
        if (result.Outcome is EtcdCompactionOutcome.Failed or EtcdCompactionOutcome.Unknown)
        {
            await streams.WriteErrorAsync(ErrorRecords.CompactionFailed(result)).ConfigureAwait(false);
        }
    }
}
