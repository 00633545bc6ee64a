using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>What a refusal is about.</summary>
/// <param name="Endpoint">The endpoint of the member that gave the reason; where no single one did, all that were named.</param>
/// <param name="Failure">What went wrong at that endpoint, where something did.</param>
internal sealed record RefusalSubject(string Endpoint, Exception? Failure)
{
    public static RefusalSubject Of(RunRefused refused, DefragRequest request)
    {
        var observation = Find(refused);
        return observation is { Endpoint.Length: > 0 }
            ? new RefusalSubject(observation.Endpoint, observation.Failure ?? observation.ReadFailure ?? observation.AlarmFailure)
            : new RefusalSubject(string.Join(",", request.Endpoints), null);
    }

    private static MemberObservation? Find(RunRefused refused) => refused.Refusal.Rule switch
    {
        "VoterUnreachable" or "QuorumAtRisk" => FindUnwell(refused),
        "DefragInFlight" => refused.Snapshot.Members.FirstOrDefault(m => m.Metrics is { IsDefragmenting: true }),
        "SnapshotInProgress" => refused.Snapshot.Members.FirstOrDefault(m => m.Metrics is { OpenSnapshotCount: > 0 }),
        _ => null,
    };

    private static MemberObservation? FindUnwell(RunRefused refused)
    {
        var unwell = refused.Health.Members.FirstOrDefault(m => m is { IsHealthy: false, IsLearner: false, Endpoint.Length: > 0 });
        return refused.Snapshot.Members.FirstOrDefault(m => m.Endpoint == unwell?.Endpoint);
    }
}
