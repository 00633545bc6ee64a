using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Monitoring.Configuration;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Events;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Unit.Monitoring;

/// <summary>Every event describes itself, with what a log must say.</summary>
public sealed class MonitorEventTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 4, 5, 6, TimeSpan.FromHours(2));
    private static readonly TimeSpan Took = TimeSpan.FromSeconds(12.34);

    private static readonly EtcdDefragStep Step = new()
    {
        Order = 1,
        Endpoint = "http://10.0.0.1:2379",
        MemberId = "a1",
        Name = "m1",
        Action = EtcdDefragAction.Defragment,
        Reason = "fragmented 80 %",
        IsLeader = true,
        DbSize = 100 << 20,
        DbSizeInUse = 20 << 20,
    };

    private static readonly EtcdClusterHealth Health = new()
    {
        ClusterId = "c1",
        LeaderId = "a1",
        VoterCount = 3,
        HealthyVoterCount = 2,
        Quorum = 2,
        Reasons = [],
        Members = [],
    };

    private static readonly ClusterSnapshot Snapshot = new(At, [], null);

    private static readonly EtcdCompactionResult Compaction = new()
    {
        Endpoint = "http://10.0.0.1:2379",
        Revision = 1,
        CurrentRevision = 2,
        Outcome = EtcdCompactionOutcome.Compacted,
    };

    private static readonly MonitorEvent[] Plain =
    [
        new ConfigurationInForce(At, "/etc/m.json", false, ["one", "two"]),
        new ConfigurationRefused(At, "/etc/m.json", [new ConfigurationProblem("/etc/m.json", 3, "policy.rule", "no"), new ConfigurationProblem("/etc/m.json", 9, "", "worse")]),
        new ConfigurationMissing(At, "/etc/m.json"),
        new ConfigurationUnchanged(At, "/etc/m.json"),
        new MonitorDisabled(At),
        new MonitorEnabled(At),
        new MonitorStopping(At),
        new MonitorStopped(At),
        new CertificateCheckSkipped(At, "one"),
        new CheckScheduled(At, "one", At.AddMinutes(11)),
        new OutsideWindow(At, "one", At.AddHours(3)),
        new WaitingForCluster(At, "one", "VoterUnreachable", "m2 does not answer."),
        new RoundStarted(At, "one", IsStartup: true, IsDryRun: true),
        new ClusterJudged(At, "one", [Judged("m1"), Judged("m2")]),
        new WindowClosed(At, "one", "a1"),
        new RoundSucceeded(At, "one", Took, 2, 3, 80 << 20),
        new NothingToDo(At, "one", Took),
        new RoundFailed(At, "one", Took, "m2 does not answer.", 1, 3),
        new RoundPostponed(At, "one", Took, "Another run is under way.", 1, 3),
        new RoundInterrupted(At, "one", Took),
        new ClusterDegraded(At, "one", 3, "m2 does not answer."),
        new ClusterRecovered(At, "one", 3),
    ];

    private static readonly DefragEvent[] OfTheRun =
    [
        new ClusterInspected(At, Snapshot, Health),
        new RunWarned(At, new RunWarning("VersionHazard", "Beware.")),
        new RunPlanned(At, [Step]),
        new StepStarting(At, Step, Status()),
        new LeaderMoved(At, Step, "b2"),
        new DefragmentationStarted(At, Step, TimeSpan.FromSeconds(60)),
        new Observing(At, Step, new TimeoutException("No answer came."), TimeSpan.FromSeconds(60)),
        new StepFinished(At, Result(EtcdDefragOutcome.Defragmented), null, null),
        new WaitingForHealthy(At, TimeSpan.FromSeconds(36), TimeSpan.FromSeconds(60)),
        new HealthyAgain(At, Took),
        new AlarmDisarmed(At, new EtcdDisarmResult("a1", WasDisarmed: true, "")),
        new AlarmsKept(At, "m2 failed."),
    ];

    /// <summary>
    /// The end of the round reports the first two: a second entry would make one failure look like two. A monitor never asks a run for
    /// the others.
    /// </summary>
    private static readonly DefragEvent[] Silent =
    [
        new RunRefused(At, new GuardRefusal("RaftLag", "m2 lags.", "Wait."), Snapshot, Health),
        new RunStopped(At, new DefragReport([], null, [], WasCancelled: false)),
        new CompactionStarting(At, Compaction),
        new CompactionObserving(At, Compaction, ["http://m2:2379"], TimeSpan.FromMinutes(5)),
        new CompactionFinished(At, Compaction),
    ];

    private static IEnumerable<EtcdMonitorEvent> Entries =>
        Plain.Concat(OfTheRun.Select(e => new RunEvent(At, "one", e))).SelectMany(e => e.Describe());

    [Fact]
    public void No_event_is_forgotten()
    {
        Assert.Equal(Concrete<MonitorEvent>().Where(n => n != nameof(RunEvent)), Plain.Select(e => e.GetType().Name).Order());
        Assert.Equal(Concrete<DefragEvent>(), OfTheRun.Concat(Silent).Select(e => e.GetType().Name).Order());
        Assert.Empty(Silent.SelectMany(e => new RunEvent(At, "one", e).Describe()));
        Assert.Equal(
            Plain.Where(e => e is not ClusterJudged).Select(e => e.GetType().Name).Concat(OfTheRun.Select(e => e.GetType().Name)).Append("MemberJudged").Order(),
            Entries.Select(t => t.Event).Distinct().Order());
    }

    [Fact]
    public void Every_one_is_a_sentence_with_its_time_and_its_cluster()
    {
        Assert.All(Entries, t => Assert.True(t.Message.Length > 5 && !t.Message.Contains('\n', StringComparison.Ordinal), t.ToString()));
        Assert.All(Entries, t => Assert.Equal(At, t.At));
        Assert.All(Plain.OfType<ClusterEvent>().SelectMany(e => e.Describe()), t => Assert.Equal("one", t.Cluster));
    }

    [Fact]
    public void Of_several_members_and_problems_each_is_one()
    {
        Assert.Equal(["m1", "m2"], Entries.Where(t => t.Event == "MemberJudged").Select(t => t.Name));
        Assert.Equal([3, 9], Entries.Where(t => t.Event == "ConfigurationRefused").Select(t => t.Line!.Value));
        Assert.StartsWith("/etc/m.json:3: policy.rule: no", Entries.First(t => t.Event == "ConfigurationRefused").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, EtcdMonitorLevel.Warning)]
    [InlineData(3, EtcdMonitorLevel.Warning)]
    [InlineData(4, EtcdMonitorLevel.Error)]
    public void A_failed_round_is_a_warning_while_the_budget_bears_it(int failures, EtcdMonitorLevel level) =>
        Assert.Equal(level, Assert.Single(new RoundFailed(At, "one", Took, "why", failures, 3).Describe()).Level);

    [Theory]
    [InlineData(2, EtcdMonitorLevel.Information)]
    [InlineData(3, EtcdMonitorLevel.Warning)]
    [InlineData(4, EtcdMonitorLevel.Warning)]
    public void Rounds_that_are_postponed_again_and_again_are_a_warning_in_the_end(int times, EtcdMonitorLevel level) =>
        Assert.Equal(level, Assert.Single(new RoundPostponed(At, "one", Took, "why", times, 3).Describe()).Level);

    [Theory]
    [InlineData(EtcdDefragOutcome.Defragmented, EtcdMonitorLevel.Information)]
    [InlineData(EtcdDefragOutcome.Skipped, EtcdMonitorLevel.Debug)]
    [InlineData(EtcdDefragOutcome.NotAttempted, EtcdMonitorLevel.Information)]
    [InlineData(EtcdDefragOutcome.Failed, EtcdMonitorLevel.Warning)]
    [InlineData(EtcdDefragOutcome.Unknown, EtcdMonitorLevel.Warning)]
    public void A_members_result_has_its_numbers(EtcdDefragOutcome outcome, EtcdMonitorLevel level)
    {
        var entry = Assert.Single(new RunEvent(At, "one", new StepFinished(At, Result(outcome), null, null)).Describe());

        Assert.Equal((level, outcome, "m1", "a1"), (entry.Level, entry.Outcome, entry.Name, entry.MemberId));
        Assert.Equal((100L << 20, 20L << 20, 80L << 20), (entry.DbSizeBefore, entry.DbSizeAfter, entry.BytesReclaimed));
        Assert.Contains("http://10.0.0.1:2379 (m1, leader)", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_results_warnings_are_warnings_of_their_own()
    {
        var result = Result(EtcdDefragOutcome.Defragmented) with { Warnings = ["It was restarted.", "There was no lock."] };
        var entries = new RunEvent(At, "one", new StepFinished(At, result, null, null)).Describe();

        Assert.Equal(["StepFinished", "StepWarned", "StepWarned"], entries.Select(t => t.Event));
        Assert.Equal(["It was restarted.", "There was no lock."], entries.Skip(1).Select(t => t.Reason));
        Assert.All(entries.Skip(1), t => Assert.Equal((EtcdMonitorLevel.Warning, "a1"), (t.Level, t.MemberId)));
        Assert.Equal("http://10.0.0.1:2379 (m1, leader): It was restarted.", entries[1].Message);
    }

    [Fact]
    public void Sentences_are_the_same_in_every_culture()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        var plain = Entries.Select(t => t.Message).ToArray();
        try
        {
            Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
            Assert.Equal(plain, Entries.Select(t => t.Message));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }

        Assert.Contains("Defragmented 2 of 3 due members in 12.3 s and reclaimed 80.0 MiB.", plain);
        Assert.Contains("The check failed: failed round 1 in a row; the budget is 3. m2 does not answer.", plain);
        Assert.Contains("The next check is due at 2026-03-01 02:16:06Z.", plain);
    }

    private static IEnumerable<string> Concrete<TEvent>() =>
        typeof(TEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(TEvent)) && !t.IsAbstract).Select(t => t.Name).Order();

    private static EtcdDefragStep Judged(string name) => Step with { Endpoint = $"http://{name}:2379", Name = name, MemberId = name };

    private static EtcdDefragResult Result(EtcdDefragOutcome outcome) => new()
    {
        Endpoint = Step.Endpoint,
        Name = "m1",
        MemberId = "a1",
        Outcome = outcome,
        IsLeader = true,
        DbSizeBefore = 100 << 20,
        DbSizeAfter = 20 << 20,
        DbSizeInUseBefore = 20 << 20,
        Duration = Took,
    };

    private static EtcdMemberStatus Status() => Support.FakeCluster.Of(1).Members[0].Status;
}
