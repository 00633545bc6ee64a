using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Running;
using EtcdDefrag.Recovery;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Restore-EtcdSpace: from NOSPACE back to a cluster that takes writes, in one plan.</summary>
[Cmdlet(VerbsData.Restore, "EtcdSpace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdSpaceResult))]
public sealed class RestoreEtcdSpaceCommand : ClusterCmdlet
{
    private string? _file;

    /// <summary>A file to save a snapshot to before anything is changed. There must be no file of that name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SnapshotPath { get; set; }

    /// <summary>How many of the newest revisions are kept. Default 10000.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long Retain { get; set; } = CompactionRequest.DefaultRetain;

    /// <summary>The part of its quota that no member's file may reach for an alarm to be cleared, above 0 and below 1. Default 0.9.</summary>
    [Parameter]
    [ValidateRange(0.01, 0.99)]
    public double DisarmThreshold { get; set; } = DefragRequest.DefaultDisarmThreshold;

    /// <summary>The members' storage quota in bytes, where neither a member's status nor its metrics say one.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long QuotaBytes { get; set; }

    /// <summary>Whether to hand leadership over before the leader is defragmented. Where that fails, the leader is left alone.</summary>
    [Parameter]
    public SwitchParameter MoveLeader { get; set; }

    /// <summary>Whether to go on in a cluster of one or two voters, whose users notice the pause. It overrides no other guard.</summary>
    [Parameter]
    public SwitchParameter AllowSmallCluster { get; set; }

    /// <summary>Whether to override, with a warning, the guards that allow it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether to run without the lock (the key etcd-defrag/run), for users who may not write keys.</summary>
    [Parameter]
    public SwitchParameter NoLock { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (SnapshotPath is null)
        {
            return;
        }

        _file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(SnapshotPath, out var provider, out _);
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
        {
            ThrowTerminatingError(ErrorRecords.SnapshotNotSaved(
                new MaintenanceException($"'{SnapshotPath}' is not a path of the file system.", "Name a file."), SnapshotPath));
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
                var operation = new RecoveryOperation(connections, TimeProvider.System);
                await RecoverAsync(operation, target, streams, cancellationToken).ConfigureAwait(false);
            }
            catch (MaintenanceException problem)
            {
                await WriteUnansweredAsync(problem, target, streams).ConfigureAwait(false);
            }
        }
    }

    private async Task RecoverAsync(
        RecoveryOperation operation, EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var plan = await operation.PlanAsync(ToRequest(target), cancellationToken).ConfigureAwait(false);
        await InspectedAsync(plan.Cluster, streams).ConfigureAwait(false);
        foreach (var line in plan.Describe())
        {
            await streams.WriteVerboseAsync(line).ConfigureAwait(false);
        }

        if (plan.Refusal is null)
        {
            foreach (var action in plan.Actions())
            {
                if (!await streams.ShouldProcessAsync(action.Target, action.Text).ConfigureAwait(false)
                    && !await streams.IsWhatIfAsync().ConfigureAwait(false))
                {
                    return;
                }
            }

            if (await streams.IsWhatIfAsync().ConfigureAwait(false))
            {
                return;
            }
        }

        var result = await operation.ExecuteAsync(
            plan, new RecoveryObserver(streams), streams.WriteVerboseAsync, streams.WriteWarningAsync, cancellationToken).ConfigureAwait(false);
        if (result.Outcome == EtcdSpaceOutcome.Cancelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        await streams.WriteObjectAsync(result).ConfigureAwait(false);
        if (result.Outcome is not (EtcdSpaceOutcome.Recovered or EtcdSpaceOutcome.NothingToDo))
        {
            await streams.WriteErrorAsync(ErrorRecords.SpaceNotRecovered(result)).ConfigureAwait(false);
        }
    }

    private RecoveryRequest ToRequest(EtcdConnection target) => new(new DefragRequest
    {
        Endpoints = target.GetEndpoints(),
        Plan = new PlanOptions { QuotaBytes = QuotaBytes > 0 ? QuotaBytes : null },
        CompactionRetain = Retain,
        DisarmBelow = DisarmThreshold,
        MoveLeader = MoveLeader,
        AllowSmallCluster = AllowSmallCluster,
        Force = Force,
        NoLock = NoLock,
    })
    {
        Snapshot = _file is null ? null : new SnapshotRequest(target.GetEndpoints(), _file, Overwrite: false),
    };
}
