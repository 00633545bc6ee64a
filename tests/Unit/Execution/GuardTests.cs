using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

/// <summary>Every guard: what it refuses, and whether it can be passed by force.</summary>
public sealed class GuardTests : RunTests
{
    /// <summary>The name of the rule, whether force passes it, and what makes it refuse.</summary>
    public static TheoryData<string, bool, string> Rules => new()
    {
        { "NotPermitted", false, "no right" },
        { "NotPermitted", false, "no user" },
        { "CorruptAlarm", false, "corrupt" },
        { "NotTheMember", false, "balancer" },
        { "NotTheMember", false, "unlisted" },
        { "DefragInFlight", false, "in flight" },
        { "VoterUnreachable", true, "one of five down" },
        { "NoSingleLeader", false, "no leader" },
        { "NoSingleLeader", false, "terms" },
        { "RaftLag", false, "lag" },
        { "SnapshotInProgress", true, "snapshot" },
        { "DiskFull", true, "disk full" },
        { "VersionHazard", true, "3.5.3" },
        { "VersionHazard", true, "3.4.3" },
        { "MixedVersions", true, "mixed" },
        { "SmallCluster", true, "one" },
        { "SmallCluster", true, "two" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Refuses_before_anything_is_touched(string rule, bool canBeForced, string condition)
    {
        Arrange(condition);

        var report = await RunAsync();

        Assert.Equal(rule, report.Refusal?.Rule);
        Assert.Equal(canBeForced, report.Refusal!.CanBeForced);
        Assert.NotEmpty(report.Refusal.Reason);
        Assert.NotEmpty(report.Refusal.Remedy);
        Assert.Empty(Cluster.Defragmented);
        Assert.DoesNotContain(Cluster.Calls, c => c.Contains("Lease", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Force_passes_the_rules_that_allow_it_with_a_warning_and_no_others(string rule, bool canBeForced, string condition)
    {
        Arrange(condition);

        var report = await RunAsync(r => r with { Force = true });

        Assert.Equal(canBeForced, Cluster.Defragmented.Count > 0);
        Assert.Equal(canBeForced, report.Warnings.Any(w => w.Rule == rule && w.Text.StartsWith("Overridden by -Force", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_balancer_given_alone_is_recognised_too()
    {
        Arrange("balancer");

        var report = await RunAsync([Cluster.Members[^1].Endpoint], r => r with { WholeCluster = false });

        Assert.Equal("NotTheMember", report.Refusal?.Rule);
        Assert.Empty(Cluster.Defragmented);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_that_all_members_advertise_leads_to_the_cluster_and_to_no_member(bool wholeCluster)
    {
        var calls = 0;
        Cluster.Shared = EtcdEndpoint.Parse("http://etcd:2379");
        Cluster.SharedLeadsTo = () => Cluster.Members[calls++ % 3];

        var report = await RunAsync([Cluster.Shared], r => r with { WholeCluster = wholeCluster });

        Assert.Equal(wholeCluster ? null : "NotTheMember", report.Refusal?.Rule);
        Assert.Equal(wholeCluster ? ["m1 Defragment", "m2 Defragment", "m3 Defragment"] : [], Cluster.Defragmented.Order());
    }

    [Fact]
    public async Task A_member_that_answers_at_a_shared_address_alone_is_not_touched()
    {
        var calls = 0;
        Cluster.Shared = EtcdEndpoint.Parse("http://etcd:2379");
        Cluster.SharedLeadsTo = () => Cluster.Members[calls++ % 3];
        Cluster.Members[0].Advertised = Cluster.Shared;

        var report = await RunAsync([Cluster.Shared]);

        Assert.Equal("NotTheMember", report.Refusal?.Rule);
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task With_one_of_three_down_force_meets_the_quorum_and_no_further()
    {
        Cluster.Members[2].Down = EtcdFailure.Unreachable;

        var report = await RunAsync(r => r with { Force = true });

        Assert.Equal("QuorumAtRisk", report.Refusal?.Rule);
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task A_member_that_is_forced_past_and_does_not_answer_is_left_alone()
    {
        Arrange("one of five down");

        var report = await RunAsync(r => r with { Force = true, ContinueOnError = true });

        Assert.Equal(4, Cluster.Defragmented.Count);
        Assert.DoesNotContain("m5 Defragment", Cluster.Defragmented);
        Assert.DoesNotContain(report.Results, r => r.MemberId == "5" && r.Outcome == EtcdDefragOutcome.Defragmented);
    }

    [Fact]
    public async Task A_snapshot_of_a_member_that_is_not_to_be_touched_does_not_matter()
    {
        Arrange("snapshot");

        var report = await RunAsync([Cluster.Members[0].Endpoint], r => r with { WholeCluster = false });

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
    }

    [Fact]
    public async Task Where_metrics_cannot_be_read_the_run_goes_on_with_one_warning()
    {
        Cluster.Members.ForEach(m => m.Metrics = null);

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Single(report.Warnings, w => w.Rule == "MetricsUnreadable");
        Assert.Single(Observer.Events.OfType<RunWarned>(), w => w.Warning.Rule == "MetricsUnreadable");
    }

    [Theory]
    [InlineData("3.4.23", 2)]
    [InlineData("3.4.37", 1)]
    [InlineData("3.5.16", 2)]
    [InlineData("3.5.22", 1)]
    [InlineData("3.5.23", 0)]
    [InlineData("3.6.4", 1)]
    [InlineData("3.6.5", 0)]
    [InlineData("3.7.0-alpha.0", 0)]
    public async Task Known_risks_of_a_version_are_warned_of_once(string version, int warnings)
    {
        Cluster.Members.ForEach(m => m.Version = version);

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Equal(warnings, report.Warnings.Count(w => w.Rule == "VersionHazard"));
    }

    [Fact]
    public async Task A_pause_of_more_than_a_minute_is_warned_of()
    {
        Cluster.Members[1].DbSize = 8_000_000_000;
        Cluster.Members[1].DbSizeInUse = 6_000_000_000;

        var report = await RunAsync();

        Assert.Contains("about 120 s", Assert.Single(report.Warnings, w => w.Rule == "LongPause").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_learner_is_warned_of_and_stops_nothing()
    {
        Cluster = FakeCluster.Of(4);
        Cluster.Members[3].IsLearner = true;
        Cluster.Members[3].Down = EtcdFailure.Unreachable;

        var report = await RunAsync();

        Assert.Equal(3, Cluster.Defragmented.Count);
        Assert.Single(report.Warnings, w => w.Rule == "LearnerUnreachable");
    }

    [Fact]
    public async Task A_learner_alone_cannot_speak_for_its_cluster()
    {
        Cluster = FakeCluster.Of(4);
        Cluster.Members[3].IsLearner = true;

        var report = await RunAsync([Cluster.Members[3].Endpoint]);

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
    }

    [Fact]
    public void Every_rule_says_whether_it_can_be_forced_and_what_can_be_done()
    {
        Assert.Equal(
            ["VoterUnreachable", "SnapshotInProgress", "DiskFull", "VersionHazard", "MixedVersions", "SmallCluster"],
            Guards.All.Where(g => g.CanBeForced).Select(g => g.Name));
        Assert.Equal(Guards.All.Count, Guards.All.Select(g => g.Name).Distinct().Count());
        Assert.All(Guards.All, g => Assert.Equal(
            g.CanBeForced, g.Remedy.Contains(g.Name == "SmallCluster" ? "-AllowSmallCluster" : "-Force", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_member_that_seems_behind_since_it_answered_earlier_is_asked_again()
    {
        Cluster.Members.ForEach(m => (m.RaftIndex, m.RaftAppliedIndex) = (9000, 9000));
        var far = Cluster.Members[1];
        (far.RaftIndex, far.RaftAppliedIndex) = (7826, 7826);
        var asked = 0;
        far.OnStatus = () => far.RaftAppliedIndex = ++asked % 2 == 0 ? 8995UL : 7826;

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.DoesNotContain(Observer.Events, e => e is WaitingForHealthy && Observer.Events.IndexOf(e) < Observer.Events.FindIndex(p => p is RunPlanned));
    }

    [Fact]
    public async Task A_member_that_is_behind_before_the_first_step_is_waited_for_as_between_two()
    {
        Cluster.Members.ForEach(m => (m.RaftIndex, m.RaftAppliedIndex) = (9000, 9000));
        var behind = Cluster.Members[1];
        behind.RaftAppliedIndex = 4000;
        behind.OnStatus = () => behind.RaftAppliedIndex = Math.Min(9000, behind.RaftAppliedIndex + 500);

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    private void Arrange(string condition)
    {
        Cluster = FakeCluster.Of(condition switch { "one" => 1, "two" => 2, "one of five down" => 5, _ => 3 });
        var last = Cluster.Members[^1];
        switch (condition)
        {
            case "no right":
                Cluster.Members[1].Right = EtcdRight.Denied;
                break;
            case "no user":
                Cluster.Members.ForEach(m => m.Right = EtcdRight.NoUser);
                break;
            case "corrupt":
                Cluster.Alarms.Add(new EtcdAlarm("3", EtcdAlarmType.Corrupt));
                Cluster.Alarms.Add(new EtcdAlarm("3", EtcdAlarmType.NoSpace));
                break;
            case "balancer":
                var calls = 0;
                last.Advertised = EtcdEndpoint.Parse("http://elsewhere:2379");
                last.Balancer = () => Cluster.Members[calls++ % 3];
                break;
            case "unlisted":
                Cluster.Members[0].ListedIds = ["2", "3"];
                break;
            case "in flight":
                last.Metrics = last.Metrics! with { IsDefragmenting = true };
                break;
            case "one of five down":
                last.Down = EtcdFailure.Unreachable;
                break;
            case "no leader":
                last.LeaderId = "";
                break;
            case "terms":
                last.RaftTerm = 3;
                break;
            case "lag":
                Cluster.Members[0].RaftIndex = 5000;
                Cluster.Members[0].RaftAppliedIndex = 5000;
                Cluster.Members[1].RaftAppliedIndex = 4000;
                last.RaftAppliedIndex = 3999;
                break;
            case "snapshot":
                last.Metrics = last.Metrics! with { OpenSnapshotCount = 1 };
                break;
            case "disk full":
                Cluster.Keys[$"etcd-defrag/disk-full/{last.Id}/0"] = "11000000";
                break;
            case "mixed":
                last.Version = "3.5.29";
                break;
            case "one" or "two":
                break;
            default:
                Cluster.Members.ForEach(m => m.Version = condition);
                break;
        }
    }
}
