using EtcdDefrag.Connection;
using EtcdDefrag.Events;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Monitoring.Events;

/// <summary>Something that happened to one cluster.</summary>
internal abstract record ClusterEvent(DateTimeOffset At, string Cluster) : MonitorEvent(At)
{
    protected override EtcdMonitorEvent Entry(EtcdMonitorLevel level, string message) =>
        base.Entry(level, message) with { Cluster = Cluster };
}

/// <summary>The new configuration leaves the certificates of the cluster's members unverified.</summary>
internal sealed record CertificateCheckSkipped(DateTimeOffset At, string Cluster) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() => [WarningEntry(EtcdConnectionOptions.SkippedCheckWarning)];
}

/// <summary>The time of the next check is known; no time means that no interval is set.</summary>
internal sealed record CheckScheduled(DateTimeOffset At, string Cluster, DateTimeOffset? DueAt) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() => DueAt is { } due
        ? [InformationEntry($"The next check is due at {Units.Time(due)}.") with { DueAt = due }]
        : [InformationEntry("No further check is scheduled: the check interval is zero.")];
}

/// <summary>A check is due and no maintenance window is open; <paramref name="OpensAt"/> is null if none opens within two weeks.</summary>
internal sealed record OutsideWindow(DateTimeOffset At, string Cluster, DateTimeOffset? OpensAt) : ClusterEvent(At, Cluster)
{
    private const string Closed = "A check is due, but no maintenance window";

    public override EtcdMonitorEvent[] Describe() => OpensAt is { } opens
        ? [InformationEntry($"{Closed} is open; the next one opens at {Units.Time(opens)}.") with { DueAt = opens }]
        : [WarningEntry($"{Closed} opens within the next two weeks.")];
}

/// <summary>The startup check is waiting because a guard refuses. Reported whenever it is another guard.</summary>
internal sealed record WaitingForCluster(DateTimeOffset At, string Cluster, string Rule, string Reason) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"The startup check is waiting for the cluster ({Rule}): {Reason}") with { Reason = $"{Rule}: {Reason}" }];
}

internal sealed record RoundStarted(DateTimeOffset At, string Cluster, bool IsStartup, bool IsDryRun) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"{(IsStartup ? "The startup check" : "A check")} has started{(IsDryRun ? " as a dry run" : "")}.")];
}

/// <summary>The policy has judged the members that answered; each is one entry, named MemberJudged.</summary>
internal sealed record ClusterJudged(DateTimeOffset At, string Cluster, IReadOnlyList<EtcdDefragStep> Members) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() => [.. Members.Select(Describe)];

    private EtcdMonitorEvent Describe(EtcdDefragStep member)
    {
        var isDue = member.Action == EtcdDefragAction.Defragment;
        var size = $"{Size(member.DbSizeInUse)} of {Size(member.DbSize)} in use";
        return InformationEntry($"{Member(member)}, {size}: {(isDue ? "due" : "not due")}. {member.Reason}".TrimEnd()).Of(member) with
        {
            Event = "MemberJudged",
            IsDue = isDue,
            Reason = member.Reason,
        };
    }
}

/// <summary>An event of the guarded run. The end of the run is reported by <see cref="RoundCompleted"/>.</summary>
internal sealed record RunEvent(DateTimeOffset At, string Cluster, DefragEvent Event) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() => [.. Event.Describe().Select(e => e with { At = At, Cluster = Cluster })];
}

/// <summary>A due member was left alone because the maintenance window has closed.</summary>
internal sealed record WindowClosed(DateTimeOffset At, string Cluster, string MemberId) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"Member {MemberId} is due but was left alone: the maintenance window has closed.") with { MemberId = MemberId }];
}

/// <summary>The failure budget is used up; checks are further apart until one succeeds.</summary>
internal sealed record ClusterDegraded(DateTimeOffset At, string Cluster, int Failures, string Reason) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() =>
    [
        ErrorEntry($"Degraded: {FailedRounds} failed; checks will be further apart until one succeeds. {Reason}")
            with { Failures = Failures, Reason = Reason },
    ];

    private string FailedRounds => Count(Failures, "round has", "rounds in a row have");
}

/// <summary>The first successful round of a degraded cluster, after so many failed ones.</summary>
internal sealed record ClusterRecovered(DateTimeOffset At, string Cluster, int Failures) : ClusterEvent(At, Cluster)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"Recovered after {Count(Failures, "failed round", "failed rounds")}.") with { Failures = Failures }];
}
