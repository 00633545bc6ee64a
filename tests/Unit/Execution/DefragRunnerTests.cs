using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Model;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

public sealed class DefragRunnerTests
{
    private static async Task<DefragReport> RunAsync(
        FakeCluster cluster, RecordingObserver observer, Func<DefragRequest, DefragRequest>? change = null, CancellationToken token = default)
    {
        using var connections = new MemberConnections(cluster, new EtcdConnectionOptions());
        var request = new DefragRequest { Endpoints = cluster.Endpoints, WholeCluster = true };
        return await new DefragRunner(connections, new FakeTime()).RunAsync(change?.Invoke(request) ?? request, observer, token);
    }

    private static IEnumerable<(string Id, EtcdDefragOutcome Outcome)> Outcomes(DefragReport report) =>
        report.Results.Select(r => (r.MemberId, r.Outcome));

    [Fact]
    public async Task Every_member_is_defragmented_once_and_the_leader_last()
    {
        var cluster = FakeCluster.Of(3);

        var report = await RunAsync(cluster, new RecordingObserver());

        Assert.Equal(["m2 Defragment", "m3 Defragment", "m1 Defragment"], cluster.Defragmented);
        Assert.All(report.Results, r => Assert.Equal((EtcdDefragOutcome.Defragmented, 90_000_000L), (r.Outcome, r.BytesReclaimed)));
        Assert.True(report.IsSuccess);
    }

    [Fact]
    public async Task Events_come_in_the_order_in_which_things_happen()
    {
        var observer = new RecordingObserver();

        await RunAsync(FakeCluster.Of(3), observer, r => r with { Endpoints = [r.Endpoints[0]], WholeCluster = false });

        Assert.Equal(
            [nameof(ClusterInspected), nameof(RunPlanned), nameof(StepStarting), nameof(DefragmentationStarted), nameof(StepFinished), nameof(RunStopped)],
            observer.Names);
    }

    [Fact]
    public async Task Only_the_members_that_were_named_are_touched()
    {
        var cluster = FakeCluster.Of(3);

        await RunAsync(cluster, new RecordingObserver(), r => r with { Endpoints = [cluster.Members[1].Endpoint], WholeCluster = false });

        Assert.Equal(["m2 Defragment"], cluster.Defragmented);
    }

    [Fact]
    public async Task A_member_named_by_two_addresses_is_defragmented_once()
    {
        var cluster = FakeCluster.Of(3);
        var member = cluster.Members[1];

        await RunAsync(cluster, new RecordingObserver(), r => r with { Endpoints = [member.Endpoint, member.OtherEndpoint], WholeCluster = false });

        Assert.Single(cluster.Defragmented);
    }

    [Fact]
    public async Task A_sick_member_that_was_not_even_named_stops_the_run_before_it_begins()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[2].Down = EtcdFailure.Unreachable;

        var report = await RunAsync(cluster, new RecordingObserver(), r => r with { Endpoints = [cluster.Members[1].Endpoint], WholeCluster = false });

        Assert.Empty(cluster.Defragmented);
        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.Contains("http://m3:2379", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Equal([("2", EtcdDefragOutcome.NotAttempted)], Outcomes(report));
    }

    [Fact]
    public async Task A_member_that_falls_sick_between_two_steps_stops_the_run()
    {
        var cluster = FakeCluster.Of(3);
        var observer = new RecordingObserver
        {
            OnEvent = e => cluster.Members[2].Down = e is StepFinished { Result.MemberId: "2" } ? EtcdFailure.Unreachable : cluster.Members[2].Down,
        };

        var report = await RunAsync(cluster, observer);

        Assert.Equal(["m2 Defragment"], cluster.Defragmented);
        Assert.Equal(
            [("2", EtcdDefragOutcome.Defragmented), ("3", EtcdDefragOutcome.NotAttempted), ("1", EtcdDefragOutcome.NotAttempted)],
            Outcomes(report).OrderBy(o => o.Id == "2" ? 0 : o.Id == "3" ? 1 : 2));
        Assert.False(report.IsSuccess);
    }

    [Theory]
    [InlineData(EtcdAlarmType.NoSpace, 3)]
    [InlineData(EtcdAlarmType.Corrupt, 0)]
    public async Task A_nospace_alarm_is_a_reason_to_go_on_and_a_corrupt_alarm_one_to_stop(EtcdAlarmType alarm, int defragmented)
    {
        var cluster = FakeCluster.Of(3);
        cluster.Alarms.Add(new EtcdAlarm("3", alarm));

        await RunAsync(cluster, new RecordingObserver());

        Assert.Equal(defragmented, cluster.Defragmented.Count);
    }

    [Fact]
    public async Task When_the_leader_changes_between_two_steps_the_order_follows()
    {
        var cluster = FakeCluster.Of(3);
        var observer = new RecordingObserver
        {
            OnEvent = e => cluster.LeaderId = e is StepFinished { Result.MemberId: "2" } ? "3" : cluster.LeaderId,
        };

        await RunAsync(cluster, observer);

        Assert.Equal(["m2 Defragment", "m1 Defragment", "m3 Defragment"], cluster.Defragmented);
        Assert.Equal(2, observer.Events.OfType<RunPlanned>().Count());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public async Task After_a_refusal_the_run_goes_on_only_if_it_was_told_to(bool continueOnError, int calls)
    {
        var cluster = FakeCluster.Of(3);
        var refusing = cluster.Members[1];
        refusing.OnDefragment = _ => throw refusing.Failure(EtcdFailure.Refused, EtcdStatusCode.Internal, "Defragment");

        var report = await RunAsync(cluster, new RecordingObserver(), r => r with { ContinueOnError = continueOnError });

        Assert.Equal(calls, cluster.Defragmented.Count);
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[0].Outcome);
        Assert.False(report.IsSuccess);
    }

    [Theory]
    [InlineData(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded)]
    [InlineData(EtcdFailure.ConnectionLost, EtcdStatusCode.Unavailable)]
    [InlineData(EtcdFailure.Refused, EtcdStatusCode.Unavailable)]
    public async Task While_the_outcome_of_one_member_is_open_no_other_is_touched(EtcdFailure failure, EtcdStatusCode code)
    {
        var cluster = FakeCluster.Of(3);
        var member = cluster.Members[1];
        member.OnDefragment = _ => throw member.Failure(failure, code, "Defragment");

        var report = await RunAsync(cluster, new RecordingObserver(), r => r with { ContinueOnError = true });

        Assert.Single(cluster.Defragmented);
        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
        Assert.Equal(2, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.NotAttempted));
    }

    [Fact]
    public async Task Another_member_behind_the_same_address_afterwards_leaves_the_outcome_unknown()
    {
        var cluster = FakeCluster.Of(3);
        cluster.Members[0].OnDefragment = _ =>
        {
            cluster.Members[0].Id = "f";
            return Task.CompletedTask;
        };

        var report = await RunAsync(cluster, new RecordingObserver(), r => r with { Endpoints = [r.Endpoints[0]], WholeCluster = false });

        var result = Assert.Single(report.Results);

        Assert.Equal(EtcdDefragOutcome.Unknown, result.Outcome);
        Assert.Contains("member f", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learner_is_skipped_and_does_not_make_a_run_fail()
    {
        var cluster = FakeCluster.Of(4);
        cluster.Members[3].IsLearner = true;

        var report = await RunAsync(cluster, new RecordingObserver());

        Assert.True(report.IsSuccess);
        Assert.Equal(EtcdDefragOutcome.Skipped, report.Results.Single(r => r.MemberId == "4").Outcome);
        Assert.DoesNotContain("m4 Defragment", cluster.Defragmented);
    }

    [Fact]
    public async Task A_member_that_is_not_confirmed_is_left_alone()
    {
        var cluster = FakeCluster.Of(3);

        var report = await RunAsync(cluster, new RecordingObserver { Approve = s => s.MemberId == "3" });

        Assert.Equal(["m3 Defragment"], cluster.Defragmented);
        Assert.Equal(2, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.Skipped));
    }

    [Fact]
    public async Task A_cancelled_run_begins_no_further_step_and_says_that_the_member_goes_on()
    {
        using var cancel = new CancellationTokenSource();
        var cluster = FakeCluster.Of(3);
        cluster.Members[1].OnDefragment = async token =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
        };

        var report = await RunAsync(cluster, new RecordingObserver(), token: cancel.Token);

        Assert.True(report.WasCancelled);
        Assert.Equal(["m2 Defragment"], cluster.Defragmented);
        Assert.Contains("goes on by itself", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Equal(2, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.NotAttempted));
    }

    [Fact]
    public async Task Endpoints_nobody_answers_at_are_refused_and_not_taken_for_nothing_to_do()
    {
        var cluster = FakeCluster.Of(1);
        cluster.Members[0].Down = EtcdFailure.NotEtcd;

        var report = await RunAsync(cluster, new RecordingObserver());

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.False(report.IsSuccess);
    }
}
