using System.Diagnostics.Metrics;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Monitoring.Metrics;

/// <summary>The metrics of one cluster.</summary>
internal sealed class ClusterMetrics(string name)
{
    private static readonly Type[] Results = [typeof(RoundSucceeded), typeof(NothingToDo), typeof(RoundFailed), typeof(RoundPostponed), typeof(RoundInterrupted)];

    private readonly Dictionary<string, MemberMetrics> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, int> _rounds = Results.ToDictionary(r => r, _ => 0);

    public KeyValuePair<string, object?> Label { get; } = new("cluster", name);

    public bool IsDegraded { get; private set; }

    /// <summary>When a check is due; null where none is, or none is known of.</summary>
    public DateTimeOffset? NextCheck { get; set; }

    public RoundCompleted? LastRound { get; private set; }

    public void Observe(ClusterEvent happened)
    {
        switch (happened)
        {
            case CheckScheduled scheduled:
                NextCheck = scheduled.DueAt;
                break;
            case OutsideWindow outside:
                NextCheck = outside.OpensAt;
                break;
            case RunHappened { Event: ClusterInspected inspected }:
                Look(inspected.Snapshot);
                break;
            case RunHappened { Event: StepFinished finished }:
                MemberOf(finished.Result.MemberId, finished.Result.Name, finished.Result.Endpoint).Finish(finished);
                break;
            case RoundCompleted ended:
                LastRound = ended;
                _rounds[ended.GetType()]++;
                break;
            case ClusterDegraded or ClusterRecovered:
                IsDegraded = happened is ClusterDegraded;
                break;
        }
    }

    /// <summary>Every result has its count from the start, so that the first failure is an increase and not a new series.</summary>
    public IEnumerable<Measurement<double>> Rounds() => _rounds.Select(r => new Measurement<double>(r.Value, Label, ResultLabel(r.Key)));

    public IEnumerable<Measurement<double>> LastResult() =>
        LastRound is { } last ? Results.Select(r => new Measurement<double>(r == last.GetType() ? 1 : 0, Label, ResultLabel(r))) : [];

    public IEnumerable<Measurement<double>> Members(Func<MemberMetrics, double?> read) =>
        _members.Values.SelectMany<MemberMetrics, Measurement<double>>(m => read(m) is { } value ? [new(value, [Label, .. m.Labels])] : []);

    public IEnumerable<Measurement<double>> Defragmentations() =>
        _members.Values.SelectMany(m => m.Outcomes.Select(o => new Measurement<double>(o.Value, [Label, .. m.Labels, OutcomeLabel(o.Key)])));

    /// <summary>A member that did not answer has counts and no sizes; one that has left the cluster has neither.</summary>
    private void Look(ClusterSnapshot snapshot)
    {
        if (snapshot.MemberList is { } list)
        {
            Forget(id => list.All(m => m.MemberId != id));
        }

        foreach (var member in _members.Values)
        {
            member.Status = null;
        }

        foreach (var status in snapshot.Statuses)
        {
            MemberOf(status.MemberId, status.Name, status.Endpoint).Status = status;
        }
    }

    private MemberMetrics MemberOf(string id, string memberName, string endpoint)
    {
        // One address is one member; two series by the same labels would make the whole page unusable.
        Forget(other => other != id && _members[other].Endpoint == endpoint);
        if (!_members.TryGetValue(id, out var member))
        {
            _members[id] = member = new MemberMetrics();
        }

        (member.Name, member.Endpoint) = (memberName, endpoint);
        return member;
    }

    private void Forget(Func<string, bool> isGone)
    {
        foreach (var id in _members.Keys.Where(isGone).ToArray())
        {
            _members.Remove(id);
        }
    }

    private static KeyValuePair<string, object?> ResultLabel(Type result) => new("result", result.Name switch
    {
        nameof(RoundSucceeded) => "succeeded",
        nameof(NothingToDo) => "nothing_to_do",
        nameof(RoundFailed) => "failed",
        nameof(RoundPostponed) => "postponed",
        _ => "interrupted",
    });

    private static KeyValuePair<string, object?> OutcomeLabel(EtcdDefragOutcome outcome) => new("outcome", outcome switch
    {
        EtcdDefragOutcome.Defragmented => "defragmented",
        EtcdDefragOutcome.Failed => "failed",
        _ => "unknown",
    });
}
