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
    private readonly List<string> _endpoints = [];

    /// <summary>The members' client addresses.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public string[] Endpoint { get; set; } = [DefaultEndpoint];

    /// <summary>Whether to find the other members of the cluster and ask them too.</summary>
    [Parameter]
    public SwitchParameter Cluster { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _endpoints.AddRange(Endpoint);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var endpoints = ReadEndpoints(_endpoints);
        if (endpoints.Count > 0)
        {
            Await((streams, cancellationToken) => ShowAsync(endpoints, streams, cancellationToken));
        }
    }

    private async Task ShowAsync(List<EtcdEndpoint> endpoints, CmdletStreams streams, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(Connector.Create(), OptionsOver(new EtcdConnectionOptions()));
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        await streams.WriteVerboseAsync($"Asking {string.Join(", ", endpoints)}.").ConfigureAwait(false);
        var snapshot = Cluster
            ? await inspector.InspectClusterAsync(endpoints, InspectionScope.Status, cancellationToken).ConfigureAwait(false)
            : await inspector.InspectEndpointsAsync(endpoints, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
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
