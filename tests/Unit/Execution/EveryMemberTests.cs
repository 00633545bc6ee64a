using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

/// <summary>Whoever was asked for has a result, and a run never says more than it did.</summary>
public sealed class EveryMemberTests : RunTests
{
    [Fact]
    public async Task A_forced_run_at_an_address_where_nobody_is_has_a_result_and_is_no_success()
    {
        Cluster = FakeCluster.Of(1);
        Cluster.Members[0].Down = EtcdFailure.Unreachable;

        var report = await RunAsync(r => r with { Force = true, WholeCluster = false });

        var result = Assert.Single(report.Results);
        Assert.Equal((EtcdDefragOutcome.NotAttempted, true, "http://m1:2379"), (result.Outcome, result.WasUnreachable, result.Endpoint));
        Assert.Contains("cannot be reached", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.DbSizeBefore);
        Assert.False(report.IsSuccess);
        Assert.Equal(RunVerdict.Failed, RunSummary.Of(report).Verdict);
        Assert.Equal("1 (total 1) endpoint(s) were not defragmented.", RunSummary.Of(report).Text);
        Assert.Equal(ResultError.NotReached, RunSummary.ErrorOf(result, isRefused: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dead_member_of_five_has_its_result_however_it_was_asked_for(bool wholeCluster)
    {
        Cluster = FakeCluster.Of(5);
        Cluster.Members[4].Down = EtcdFailure.Unreachable;
        EtcdEndpoint[] named = wholeCluster ? [Cluster.Endpoints[0]] : [Cluster.Endpoints[1], Cluster.Endpoints[4]];

        var report = await RunAsync(named, r => r with { Force = true, WholeCluster = wholeCluster });

        var dead = report.Results.Single(r => r.MemberId == "5");
        Assert.Equal((EtcdDefragOutcome.NotAttempted, true, "m5"), (dead.Outcome, dead.WasUnreachable, dead.Name));
        Assert.Equal(wholeCluster ? 5 : 2, report.Results.Count);
        Assert.Equal(wholeCluster ? 4 : 1, Cluster.Defragmented.Count);
        Assert.Equal(RunVerdict.Failed, RunSummary.Of(report).Verdict);
    }

    [Fact]
    public async Task An_address_where_nobody_is_has_a_result_beside_those_that_answer()
    {
        var nobody = EtcdEndpoint.Parse("http://nobody:2379");
        Cluster = FakeCluster.Of(5);

        var report = await RunAsync([Cluster.Endpoints[1], nobody], r => r with { WholeCluster = false, Force = true });

        Assert.Equal(
            [("", EtcdDefragOutcome.NotAttempted), ("2", EtcdDefragOutcome.Defragmented)],
            report.Results.Select(r => (r.MemberId, r.Outcome)).Order());
        Assert.Equal("http://nobody:2379", report.Results.Single(r => r.MemberId.Length == 0).Endpoint);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_compaction_where_nobody_answers_is_refused_in_words(bool noLock)
    {
        Cluster = FakeCluster.Of(1);
        Cluster.Members[0].Down = EtcdFailure.Unreachable;

        var report = await RunAsync(r => r with { Force = true, NoLock = noLock, CompactionRetain = 0, WholeCluster = false });

        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
        Assert.Contains("not compacted", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Equal(EtcdDefragOutcome.NotAttempted, Assert.Single(report.Results).Outcome);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_the_call_is_sent_has_not_attempted_it()
    {
        using var stop = new CancellationTokenSource();
        Cluster.Members[1].OnConnecting = stop.Cancel;

        var report = await RunAsync(token: stop.Token);

        Assert.True(report.WasCancelled);
        Assert.Empty(Cluster.Defragmented);
        Assert.Contains(Observer.Events, e => e is DefragmentationStarted);
        Assert.Equal(["2", "3", "1"], report.Results.Select(r => r.MemberId));
        Assert.All(report.Results, r => Assert.Equal((EtcdDefragOutcome.NotAttempted, null, TimeSpan.Zero), (r.Outcome, r.StartedAt, r.Duration)));
    }

    [Fact]
    public async Task A_deadline_before_the_call_was_sent_is_a_failure_and_not_watched()
    {
        var member = Cluster.Members[1];
        member.OnConnecting = () => throw member.Failure(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, "Defragment");

        var report = await RunAsync();

        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[0].Outcome);
        Assert.DoesNotContain(Observer.Events, e => e is Observing);
    }

    [Fact]
    public async Task A_member_that_answered_and_then_died_was_defragmented_with_sizes_unknown()
    {
        var member = Cluster.Members[1];
        member.OnDefragment = _ =>
        {
            member.Down = EtcdFailure.Unreachable;
            return Task.CompletedTask;
        };

        var report = await RunAsync();

        var result = report.Results[0];
        Assert.Equal((EtcdDefragOutcome.Defragmented, null), (result.Outcome, result.DbSizeAfter));
        Assert.Contains("gave no status", result.Reason, StringComparison.Ordinal);
        Assert.Equal("VoterUnreachable", report.Refusal?.Rule);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_that_is_removed_in_mid_run_is_skipped_however_it_was_named(bool wholeCluster)
    {
        Cluster = FakeCluster.Of(4);
        After("2", () =>
        {
            Cluster.Members[2].Down = EtcdFailure.Unreachable;
            Cluster.Members.ForEach(m => m.ListedIds = ["1", "2", "4"]);
        });

        var report = await RunAsync(Cluster.Endpoints, r => r with { WholeCluster = wholeCluster });

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        var removed = report.Results.Single(r => r.MemberId == "3");
        Assert.Equal((EtcdDefragOutcome.Skipped, "It is no longer a member of the cluster."), (removed.Outcome, removed.Reason));
    }

    [Fact]
    public async Task A_member_that_is_removed_between_the_look_and_the_call_is_skipped_too()
    {
        Cluster = FakeCluster.Of(4);
        Cluster.Members[1].OnConnecting = () =>
        {
            Cluster.Members[1].Down = EtcdFailure.Unreachable;
            Cluster.Members.ForEach(m => m.ListedIds = ["1", "3", "4"]);
        };

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Equal(EtcdDefragOutcome.Skipped, report.Results.Single(r => r.MemberId == "2").Outcome);
        Assert.Equal(3, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.Defragmented));
    }

    [Fact]
    public async Task Rights_that_are_revoked_in_mid_run_end_it()
    {
        var member = Cluster.Members[1];
        member.OnDefragment = _ => throw member.Failure(EtcdFailure.Refused, EtcdStatusCode.PermissionDenied, "Defragment");

        var report = await RunAsync(r => r with { ContinueOnError = true });

        Assert.Equal("NotPermitted", report.Refusal?.Rule);
        Assert.Single(Cluster.Defragmented);
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[0].Outcome);
        Assert.Equal(2, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.NotAttempted));
    }

    [Fact]
    public async Task A_warning_whose_figures_change_is_told_once_in_a_run()
    {
        var policy = new EtcdDefrag.Policy.EtcdDefragPolicy { Rule = EtcdDefrag.Policy.DefragRule.Parse("dbSizeFree > 50MiB") };
        var full = Cluster.Members[2];
        (full.DbSize, full.DbSizeInUse) = (2000L << 20, 1990L << 20);
        After("2", () => full.DbSizeInUse -= 1 << 20);

        var report = await RunAsync(r => r with { Plan = new() { Policy = policy } });

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Single(Observer.Events.OfType<RunWarned>(), w => w.Warning.Rule == "QuotaNearlyFull");
    }

    [Fact]
    public async Task Who_is_behind_an_address_is_found_out_once_in_a_run()
    {
        await RunAsync();
        var without = StatusCalls();
        Cluster = FakeCluster.Of(3);
        EtcdEndpoint[] named = [Cluster.Endpoints[0], Cluster.Endpoints[1], Cluster.Members[2].OtherEndpoint];

        await RunAsync(named);

        // Eight connections to the one address that no member advertises, once; and its one more question in each of three looks at most.
        Assert.InRange(StatusCalls(), without + 8, without + 8 + 3);
    }

    private int StatusCalls()
    {
        lock (Cluster.Calls)
        {
            return Cluster.Calls.Count(c => c.EndsWith("Status", StringComparison.Ordinal));
        }
    }
}
