using EtcdDefrag.Events;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Events;

/// <summary>The end of a round.</summary>
internal abstract record RoundCompleted(DateTimeOffset At, string Cluster, TimeSpan Took) : ClusterEvent(At, Cluster)
{
    protected override EtcdMonitorEvent Entry(EtcdMonitorLevel level, string message) =>
        base.Entry(level, message) with { Duration = Took };
}

/// <summary>A successful round. In a dry run, and when the window closes, more members are due than defragmented.</summary>
internal sealed record RoundSucceeded(DateTimeOffset At, string Cluster, TimeSpan Took, int Defragmented, int Due, long BytesReclaimed)
    : RoundCompleted(At, Cluster, Took)
{
    private string Members => $"{Defragmented} of {Count(Due, "due member", "due members")}";

    public override EtcdMonitorEvent[] Describe() =>
    [
        InformationEntry($"Defragmented {Members} in {Units.Duration(Took)} and reclaimed {Size(BytesReclaimed)}.")
            with { Defragmented = Defragmented, Due = Due, BytesReclaimed = BytesReclaimed },
    ];
}

/// <summary>A successful round in which no member was due.</summary>
internal sealed record NothingToDo(DateTimeOffset At, string Cluster, TimeSpan Took) : RoundCompleted(At, Cluster, Took)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"No member was due. The check took {Units.Duration(Took)}.") with { Defragmented = 0, Due = 0 }];
}

/// <summary>A failed round. The used up budget is an error of its own (ClusterDegraded), and so is each failure beyond it.</summary>
internal sealed record RoundFailed(DateTimeOffset At, string Cluster, TimeSpan Took, string Reason, int Failures, int Budget)
    : RoundCompleted(At, Cluster, Took)
{
    public override EtcdMonitorEvent[] Describe() =>
    [
        Entry(
            Failures > Budget ? EtcdMonitorLevel.Error : EtcdMonitorLevel.Warning,
            $"The check failed: failed round {Failures} in a row; the budget is {Budget}. {Reason}")
            with { Failures = Failures, Reason = Reason },
    ];
}

/// <summary>
/// Another run holds the lock, and the next round tries again: neither a success nor a failure. From <paramref name="Budget"/> rounds in a
/// row on it is a warning, since a lock that is always held keeps the cluster from being defragmented.
/// </summary>
internal sealed record RoundPostponed(DateTimeOffset At, string Cluster, TimeSpan Took, string Reason, int Postponements, int Budget)
    : RoundCompleted(At, Cluster, Took)
{
    private const string Postponed = "The check is postponed to the next one.";

    public override EtcdMonitorEvent[] Describe() => Postponements < Budget
        ? [InformationEntry($"{Postponed} {Reason}") with { Reason = Reason }]
        : [WarningEntry($"{Postponed} This is check {Postponements} in a row. {Reason}") with { Reason = Reason }];
}

/// <summary>A stop or a new configuration has ended the round. Neither a success nor a failure.</summary>
internal sealed record RoundInterrupted(DateTimeOffset At, string Cluster, TimeSpan Took) : RoundCompleted(At, Cluster, Took)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"The check was interrupted after {Units.Duration(Took)} by a stop or a new configuration.")];
}
