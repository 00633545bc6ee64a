using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Get-EtcdAlarm: the alarms that are armed in a cluster, as any member that answers says.</summary>
[Cmdlet(VerbsCommon.Get, "EtcdAlarm")]
[OutputType(typeof(EtcdAlarm))]
public sealed class GetEtcdAlarmCommand : ClusterCmdlet
{
    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            var list = await AlarmList.ReadAsync(connections, TimeProvider.System, target.GetEndpoints(), cancellationToken)
                .ConfigureAwait(false);
            await InspectedAsync(list.Snapshot, streams).ConfigureAwait(false);
            foreach (var member in list.Unanswered)
            {
                await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(member.Endpoint, member.AlarmFailure ?? member.Failure!))
                    .ConfigureAwait(false);
            }

            foreach (var alarm in list.Alarms)
            {
                await streams.WriteObjectAsync(alarm).ConfigureAwait(false);
            }
        }
    }
}
