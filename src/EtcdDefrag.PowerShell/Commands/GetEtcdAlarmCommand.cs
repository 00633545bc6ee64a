using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Get-EtcdAlarm: the alarms that are armed in a cluster, by the word of any member that answers.</summary>
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
            var inspector = new ClusterInspector(connections, TimeProvider.System);
            var snapshot = await inspector.InspectEndpointsAsync(target.GetEndpoints(), InspectionScope.Status, cancellationToken).ConfigureAwait(false);
            Session.Remember(snapshot);
            await WriteAsync(snapshot, target.GetOptions(), streams).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(ClusterSnapshot snapshot, EtcdConnectionOptions options, CmdletStreams streams)
    {
        foreach (var silent in snapshot.Members.Where(m => m.Alarms is null))
        {
            await streams.WriteErrorAsync(ErrorRecords.MemberNotRead(silent.Endpoint, silent.AlarmFailure ?? silent.Failure!)).ConfigureAwait(false);
        }

        foreach (var alarm in snapshot.Alarms)
        {
            await streams.WriteObjectAsync(Describe(alarm, snapshot, options)).ConfigureAwait(false);
        }
    }

    private static EtcdAlarm Describe(EtcdAlarm alarm, ClusterSnapshot snapshot, EtcdConnectionOptions options)
    {
        var member = snapshot.MemberList?.FirstOrDefault(m => m.MemberId == alarm.MemberId);
        var asked = snapshot.Members.FirstOrDefault(m => m.MemberId == alarm.MemberId) ?? snapshot.Members.First(m => m.Alarms is not null);
        return alarm with
        {
            Name = member?.Name ?? "",
            Endpoint = asked.MemberId == alarm.MemberId ? asked.Endpoint : member?.ClientUrls is [var url, ..] ? url : asked.Endpoint,
            Connection = options,
        };
    }
}
