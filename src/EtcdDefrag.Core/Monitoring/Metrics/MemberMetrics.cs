using EtcdDefrag.Execution;
using EtcdDefrag.Model;

namespace EtcdDefrag.Monitoring.Metrics;

internal sealed class MemberMetrics
{
    public string Name { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public IEnumerable<KeyValuePair<string, object?>> Labels => [new("member", Name), new("endpoint", Endpoint)];

    /// <summary>The last status; null if the member did not answer the last inspection.</summary>
    public EtcdMemberStatus? Status { get; set; }

    /// <summary>The result of the last successful defragmentation.</summary>
    public EtcdDefragResult? LastResult { get; private set; }

    public double Reclaimed { get; private set; }

    /// <summary>A member that was skipped was not defragmented, so other outcomes do not count.</summary>
    public Dictionary<EtcdDefragOutcome, int> Outcomes { get; } = new()
    {
        [EtcdDefragOutcome.Defragmented] = 0,
        [EtcdDefragOutcome.Failed] = 0,
        [EtcdDefragOutcome.Unknown] = 0,
    };

    public void Finish(StepFinished finished)
    {
        var result = finished.Result;
        if (Outcomes.TryGetValue(result.Outcome, out var times))
        {
            Outcomes[result.Outcome] = times + 1;
        }

        if (result.Outcome == EtcdDefragOutcome.Defragmented)
        {
            LastResult = result;

            // A counter never falls: a file that grew meanwhile has reclaimed nothing.
            Reclaimed += Math.Max(0, result.BytesReclaimed ?? 0);
        }

        if (finished.Status is { } after)
        {
            // The quota is known from the inspection, and is not asked for again afterwards.
            Status = (Status ?? after) with { DbSize = after.DbSize, DbSizeInUse = after.DbSizeInUse };
        }
    }
}
