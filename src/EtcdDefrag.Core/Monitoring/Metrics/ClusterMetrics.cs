using System.Diagnostics.Metrics;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Monitoring.Metrics;

internal sealed class ClusterMetrics(string name)
{
    private static readonly Dictionary<Type, string> ResultNames = new()
    {
        [typeof(RoundSucceeded)] = "succeeded",
        [typeof(NothingToDo)] = "nothing_to_do",
        [typeof(RoundFailed)] = "failed",
        [typeof(RoundPostponed)] = "postponed",
        [typeof(RoundInterrupted)] = "interrupted",
    };

    private readonly Dictionary<string, MemberMetrics> _members = new(StringComparer.Ordinal);

    // Every result has a count from the start, so that the first failure is an increase and not a new series.
    private readonly Dictionary<Type, int> _rounds = ResultNames.Keys.ToDictionary(r => r, _ => 0);

    public KeyValuePair<string, object?> Label { get; } = new("cluster", name);

    public bool IsDegraded { get; private set; }

    public DateTimeOffset? NextCheck { get; set; }

    public RoundCompleted? LastRound { get; private set; }

    public void Observe(ClusterEvent clusterEvent)
    {
        switch (clusterEvent)
        {
            case CheckScheduled scheduled:
                NextCheck = scheduled.DueAt;
                break;
            case OutsideWindow outside:
                NextCheck = outside.OpensAt;
                break;
            case RunEvent { Event: ClusterInspected inspected }:
                SetMembers(inspected.Snapshot);
                break;
            case RunEvent { Event: StepFinished finished }:
                GetOrAdd(finished.Result.MemberId, finished.Result.Name, finished.Result.Endpoint).Finish(finished);
                break;
            case RoundCompleted completed:
                LastRound = completed;
                _rounds[completed.GetType()]++;
                break;
            case ClusterDegraded or ClusterRecovered:
                IsDegraded = clusterEvent is ClusterDegraded;
                break;
        }
    }

    public IEnumerable<Measurement<double>> Rounds() => _rounds.Select(r => new Measurement<double>(r.Value, Label, ResultLabel(r.Key)));

    public IEnumerable<Measurement<double>> LastResult() => LastRound is { } last
        ? ResultNames.Keys.Select(r => new Measurement<double>(r == last.GetType() ? 1 : 0, Label, ResultLabel(r)))
        : [];

    public IEnumerable<Measurement<double>> Members(Func<MemberMetrics, double?> read) =>
        _members.Values.SelectMany<MemberMetrics, Measurement<double>>(m => read(m) is { } value ? [new(value, [Label, .. m.Labels])] : []);

    public IEnumerable<Measurement<double>> Defragmentations() =>
        _members.Values.SelectMany(m =>
            m.Outcomes.Select(o => new Measurement<double>(o.Value, [Label, .. m.Labels, OutcomeLabel(o.Key)])));

    /// <summary>A member that did not answer has counts and no sizes; one that has left the cluster has neither.</summary>
    private void SetMembers(ClusterSnapshot snapshot)
    {
        if (snapshot.MemberList is { } list)
        {
            Remove(id => list.All(m => m.MemberId != id));
        }

        foreach (var member in _members.Values)
        {
            member.Status = null;
        }

        foreach (var status in snapshot.Statuses)
        {
            GetOrAdd(status.MemberId, status.Name, status.Endpoint).Status = status;
        }
    }

    private MemberMetrics GetOrAdd(string id, string memberName, string endpoint)
    {
        // A member that took over an address replaces the other: two series with the same labels make the whole page invalid.
        Remove(other => other != id && _members[other].Endpoint == endpoint);
        if (!_members.TryGetValue(id, out var member))
        {
            _members[id] = member = new MemberMetrics();
        }

        (member.Name, member.Endpoint) = (memberName, endpoint);
        return member;
    }

    private void Remove(Func<string, bool> isGone)
    {
        foreach (var id in _members.Keys.Where(isGone).ToArray())
        {
            _members.Remove(id);
        }
    }

    private static KeyValuePair<string, object?> ResultLabel(Type result) => new("result", ResultNames[result]);

    private static KeyValuePair<string, object?> OutcomeLabel(EtcdDefragOutcome outcome) => new("outcome", outcome switch
    {
        EtcdDefragOutcome.Defragmented => "defragmented",
        EtcdDefragOutcome.Failed => "failed",
        _ => "unknown",
    });
}
