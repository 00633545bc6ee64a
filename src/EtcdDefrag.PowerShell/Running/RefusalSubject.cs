using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>The member that a refusal is about, where it is a single one.</summary>
/// <param name="Endpoint">Its endpoint; otherwise all that were named.</param>
/// <param name="Failure">What went wrong there, where something did.</param>
internal sealed record RefusalSubject(string Endpoint, Exception? Failure)
{
    public static RefusalSubject Of(RunRefused refused, IReadOnlyList<EtcdEndpoint> endpoints) => Find(refused) is { Endpoint.Length: > 0 } member
        ? new RefusalSubject(member.Endpoint, member.Failure ?? member.ReadFailure ?? member.AlarmFailure)
        : new RefusalSubject(string.Join(",", endpoints), null);

    private static MemberObservation? Find(RunRefused refused)
    {
        var members = refused.Snapshot.Members;
        var unhealthy = refused.Health.Members.FirstOrDefault(m => m is { IsHealthy: false, IsLearner: false, Endpoint.Length: > 0 });
        return refused.Refusal.Rule switch
        {
            "VoterUnreachable" or "QuorumAtRisk" => members.FirstOrDefault(m => m.Endpoint == unhealthy?.Endpoint),
            "DefragInFlight" => members.FirstOrDefault(m => m.Metrics is { IsDefragmenting: true }),
            "SnapshotInProgress" => members.FirstOrDefault(m => m.Metrics is { OpenSnapshotCount: > 0 }),
            _ => null,
        };
    }
}
