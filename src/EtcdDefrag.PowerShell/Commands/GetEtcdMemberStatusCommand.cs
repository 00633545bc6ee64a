using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Get-EtcdMemberStatus: what each member says of itself. All are asked at once; one that fails is one error.</summary>
[Cmdlet(VerbsCommon.Get, "EtcdMemberStatus")]
[OutputType(typeof(EtcdMemberStatus))]
public sealed class GetEtcdMemberStatusCommand : EtcdCmdlet
{
    /// <summary>Whether to find the other members of the cluster and ask them too.</summary>
    [Parameter]
    public SwitchParameter Cluster { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var connections = FindConnections(byCluster: false, out _);
        WarnOfSkippedChecks(connections.Select(c => c.GetOptions()));
        foreach (var connection in connections)
        {
            Await((streams, cancellationToken) => ShowAsync(connection, streams, cancellationToken));
        }
    }

    private async Task ShowAsync(EtcdConnection connection, CmdletStreams streams, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(Connector.Create(streams), connection.GetOptions());
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        await streams.WriteVerboseAsync($"Asking {string.Join(", ", connection.Endpoint)}.").ConfigureAwait(false);
        var snapshot = Cluster
            ? await inspector.InspectClusterAsync(connection.GetEndpoints(), InspectionScope.Status, cancellationToken).ConfigureAwait(false)
            : await inspector.InspectEndpointsAsync(connection.GetEndpoints(), InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        Session.Remember(snapshot);
        foreach (var warning in CertificateExpiry.FindWarnings(snapshot.Statuses, snapshot.TakenAt).Concat(snapshot.EndpointMapProblems).Concat(snapshot.MetricsProblems))
        {
            await streams.WriteWarningAsync(warning).ConfigureAwait(false);
        }

        foreach (var observation in snapshot.Members)
        {
            await ShowAsync(observation, streams).ConfigureAwait(false);
        }
    }

    private static Task ShowAsync(MemberObservation observation, CmdletStreams streams) => observation switch
    {
        { Status: { } status } => streams.WriteObjectAsync(status),
        { Failure: { } failure } => streams.WriteErrorAsync(ErrorRecords.MemberNotRead(observation.DisplayName, failure)),
        _ => Task.CompletedTask,
    };
}
