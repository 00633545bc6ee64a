using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Running;
using EtcdDefrag.PowerShell.Views;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Save-EtcdSnapshot: writes a member's whole database to a file, verified, as a backup.</summary>
[Cmdlet(VerbsData.Save, "EtcdSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdSnapshotResult))]
public sealed class SaveEtcdSnapshotCommand : ClusterCmdlet
{
    private string _file = "";

    /// <summary>The file to write. It is made under another name, and gets this one when it is whole.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// Client addresses of members, or what other cmdlets give. Comes after the file, which is all that has to be said where a default
    /// names the members.
    /// </summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public override PSObject[]? Endpoint
    {
        get => base.Endpoint;
        set => base.Endpoint = value;
    }

    /// <summary>Whether a file of that name may be replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Path.Contains("://", StringComparison.Ordinal))
        {
            var endpoint = EtcdEndpoint.Redact(Path);
            ThrowTerminatingError(ErrorRecords.SnapshotNotSaved(
                new MaintenanceException($"'{endpoint}' is an endpoint, not a file.", "Give the file first, and the endpoint after it or as -Endpoint."), endpoint));
        }

        _file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path, out var provider, out _);
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
        {
            ThrowTerminatingError(ErrorRecords.SnapshotNotSaved(new MaintenanceException($"'{Path}' is not a path of the file system.", "Name a file."), Path));
        }
    }

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        try
        {
            if (targets is not [var target])
            {
                throw new MaintenanceException($"{targets.Count} clusters were named, and one file holds the data of one.", "Save one cluster at a time.");
            }

            await SaveAsync(target, streams, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is MaintenanceException or EtcdException)
        {
            await streams.WriteErrorAsync(ErrorRecords.SnapshotNotSaved(failure, Path)).ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
        var operation = new SnapshotOperation(connections, TimeProvider.System);
        var plan = await operation.PlanAsync(new SnapshotRequest(target.GetEndpoints(), _file, Force), cancellationToken).ConfigureAwait(false);
        await InspectedAsync(plan.Snapshot, streams).ConfigureAwait(false);
        var member = plan.Member.Status!;
        var name = ViewText.Member(member.Endpoint, member.Name, member.IsLeader);
        if (!await streams.ShouldProcessAsync(plan.Path, $"Save {Units.Size(member.DbSize)} of {name}").ConfigureAwait(false))
        {
            return;
        }

        var progress = new SnapshotProgress($"Saving a snapshot of {name}");
        streams.ShowSlowProgress(progress.Render);
        var result = await operation.ExecuteAsync(plan, progress.UpdateAsync, cancellationToken).ConfigureAwait(false);
        await streams.WriteObjectAsync(result).ConfigureAwait(false);
    }
}
