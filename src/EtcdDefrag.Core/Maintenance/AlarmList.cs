using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;

namespace EtcdDefrag.Maintenance;

/// <summary>The alarms that are armed in a cluster, as the members that were asked say.</summary>
/// <param name="Snapshot">What they said.</param>
/// <param name="Alarms">The alarms, each once, with the member's name and an address.</param>
internal sealed record AlarmList(ClusterSnapshot Snapshot, IReadOnlyList<EtcdAlarm> Alarms)
{
    /// <summary>The members that did not say which alarms are armed.</summary>
    public IEnumerable<MemberObservation> Unanswered => Snapshot.Members.Where(m => m.Alarms is null);

    public static async Task<AlarmList> ReadAsync(
        MemberConnections connections, TimeProvider time, IReadOnlyList<EtcdEndpoint> endpoints, CancellationToken cancellationToken)
    {
        var inspector = new ClusterInspector(connections, time);
        var snapshot = await inspector.InspectEndpointsAsync(endpoints, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        return new AlarmList(snapshot, [.. snapshot.Alarms.Select(a => Complete(a, snapshot, connections.Options))]);
    }

    private static EtcdAlarm Complete(EtcdAlarm alarm, ClusterSnapshot snapshot, EtcdConnectionOptions options)
    {
        var listed = snapshot.MemberList?.FirstOrDefault(m => m.MemberId == alarm.MemberId);
        var own = snapshot.Members.FirstOrDefault(m => m.MemberId == alarm.MemberId)?.Endpoint;
        var advertised = listed?.ClientUrls is [var url, ..] ? url : null;
        return alarm with
        {
            Name = listed?.Name ?? "",
            Endpoint = own ?? advertised ?? snapshot.Members.First(m => m.Alarms is not null).Endpoint,
            Connection = options,
        };
    }
}
