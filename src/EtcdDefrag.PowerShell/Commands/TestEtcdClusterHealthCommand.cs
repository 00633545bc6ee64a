using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Test-EtcdClusterHealth: whether a cluster is healthy, judged over all of its members, whichever were named.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EtcdClusterHealth")]
[OutputType(typeof(EtcdClusterHealth))]
[OutputType(typeof(bool))]
public sealed class TestEtcdClusterHealthCommand : ClusterCmdlet
{
    /// <summary>Whether to give only true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var allHealthy = true;
        foreach (var target in targets)
        {
            var health = await JudgeAsync(target, streams, cancellationToken).ConfigureAwait(false);
            allHealthy &= health.IsHealthy;
            if (!Quiet)
            {
                await streams.WriteObjectAsync(health).ConfigureAwait(false);
            }
        }

        if (Quiet)
        {
            await streams.WriteObjectAsync(allHealthy).ConfigureAwait(false);
        }
    }

    private async Task<EtcdClusterHealth> JudgeAsync(EtcdConnection target, CmdletStreams streams, CancellationToken cancellationToken)
    {
        using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
        var inspector = new ClusterInspector(connections, TimeProvider.System);
        var snapshot = await inspector
            .InspectClusterAsync(target.GetEndpoints(), InspectionScope.Health, cancellationToken).ConfigureAwait(false);
        await InspectedAsync(snapshot, streams).ConfigureAwait(false);
        var health = HealthJudge.Judge(snapshot);
        foreach (var reason in health.Reasons)
        {
            await streams.WriteVerboseAsync(reason).ConfigureAwait(false);
        }

        return health;
    }
}
