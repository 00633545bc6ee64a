using EtcdDefrag.Execution;
using EtcdDefrag.Model;

namespace EtcdDefrag.Monitoring.Metrics;

/// <summary>The metrics of one member.</summary>
internal sealed class MemberMetrics
{
    public string Name { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public IEnumerable<KeyValuePair<string, object?>> Labels => [new("member", Name), new("endpoint", Endpoint)];

    /// <summary>What the member said last; null where it did not answer when it was last asked.</summary>
    public EtcdMemberStatus? Status { get; set; }

    public EtcdDefragResult? LastDefragmentation { get; private set; }

    public double Reclaimed { get; private set; }

    /// <summary>How often each outcome came. A member that was left alone was not defragmented, so it counts nowhere.</summary>
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
            LastDefragmentation = result;

            // A counter only grows; a file that grew meanwhile has reclaimed nothing.
            Reclaimed += Math.Max(0, result.BytesReclaimed ?? 0);
        }

        if (finished.Status is { } after)
        {
            // The quota was asked for when the cluster was looked at, and is not asked for again.
            Status = (Status ?? after) with { DbSize = after.DbSize, DbSizeInUse = after.DbSizeInUse };
        }
    }
}
