using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Get-EtcdMemberStatus: the status of each member. All are asked at once; one that fails is one error.</summary>
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
        var endpoints = connection.GetEndpoints();
        var asked = string.Join(", ", endpoints);
        streams.ShowWait(DisplayText.Of($"Waiting for {asked}"));
        await streams.WriteVerboseAsync($"Asking {asked}.").ConfigureAwait(false);
        var snapshot = await (Cluster
            ? inspector.InspectClusterAsync(endpoints, InspectionScope.Status, cancellationToken)
            : inspector.InspectEndpointsAsync(endpoints, InspectionScope.Status, cancellationToken)).ConfigureAwait(false);
        Session.Remember(snapshot);
        var expiries = CertificateExpiry.FindWarnings(snapshot.Statuses, snapshot.TakenAt);
        await streams
            .WriteWarningsAsync([.. expiries, .. snapshot.EndpointMapProblems, .. snapshot.MetricsProblems]).ConfigureAwait(false);
        foreach (var member in snapshot.Members)
        {
            await (member switch
            {
                { Status: { } status } => streams.WriteObjectAsync(status),
                { Failure: { } failure } => streams.WriteErrorAsync(ErrorRecords.MemberNotRead(member.DisplayName, failure)),
                _ => Task.CompletedTask,
            }).ConfigureAwait(false);
        }
    }
}
