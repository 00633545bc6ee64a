using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

/// <summary>What is made of a member whose answer to Defragment did not come.</summary>
public sealed class LostAnswerTests : RunTests
{
    private FakeCluster.FakeMember Member => Cluster.Members[1];

    /// <summary>Has the call end in a deadline or a broken connection, after something happened at the member.</summary>
    private void LoseAnswer(Action? meanwhile = null, EtcdFailure failure = EtcdFailure.TimedOut) => Member.OnDefragment = _ =>
    {
        meanwhile?.Invoke();
        throw Member.Failure(failure, EtcdStatusCode.DeadlineExceeded, "Defragment");
    };

    private async Task<EtcdDefragResult> ResultAsync() =>
        (await RunAsync([Member.Endpoint], r => r with { WholeCluster = false })).Results.Single();

    [Theory]
    [InlineData(EtcdFailure.TimedOut)]
    [InlineData(EtcdFailure.ConnectionLost)]
    public async Task One_that_has_run_to_its_end_is_a_success_and_the_run_goes_on(EtcdFailure failure)
    {
        LoseAnswer(Member.Finish, failure);

        var report = await RunAsync();

        Assert.True(report.IsSuccess);
        Assert.Equal(["m2 Defragment", "m3 Defragment", "m1 Defragment"], Cluster.Defragmented);
        var result = report.Results[0];
        Assert.Equal((EtcdDefragOutcome.Defragmented, true, 90_000_000L), (result.Outcome, result.WasObserved, result.BytesReclaimed));
        Assert.Contains("observed to its end", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_won_nothing_is_proved_by_the_count_of_those_that_have_ended()
    {
        Member.DbSizeInUse = Member.DbSize;
        LoseAnswer(Member.Finish);

        Assert.Equal(EtcdDefragOutcome.Defragmented, (await ResultAsync()).Outcome);
    }

    [Fact]
    public async Task Without_metrics_a_smaller_file_is_proof_enough()
    {
        Cluster.Members.ForEach(m => m.Metrics = null);
        LoseAnswer(() => Member.DbSize = Member.DbSizeInUse);

        Assert.Equal(EtcdDefragOutcome.Defragmented, (await ResultAsync()).Outcome);
    }

    [Fact]
    public async Task While_it_is_under_way_it_is_waited_for()
    {
        var looks = 0;
        LoseAnswer(() => Member.Metrics = Member.Metrics! with { IsDefragmenting = true });
        Member.OnMetrics = () =>
        {
            if (Member.Metrics is { IsDefragmenting: true } && ++looks == 20)
            {
                Member.Metrics = Member.Metrics with { IsDefragmenting = false };
                Member.Finish();
            }
        };

        var report = await RunAsync();

        Assert.True(report.IsSuccess);
        Assert.Equal(20, looks);
        Assert.Equal(3, Cluster.Defragmented.Count);
    }

    [Fact]
    public async Task One_that_never_ends_is_unknown_when_the_time_is_over_and_ends_the_run()
    {
        LoseAnswer(() => Member.Metrics = Member.Metrics! with { IsDefragmenting = true });

        var report = await RunAsync();

        Assert.Single(Cluster.Defragmented);
        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
        Assert.Contains("still defragmenting for 60 s", report.Results[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_answers_and_shows_no_sign_of_it_is_unknown()
    {
        LoseAnswer();

        var result = await ResultAsync();

        Assert.Equal(EtcdDefragOutcome.Unknown, result.Outcome);
        Assert.Contains("shows no sign that it defragmented", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_was_restarted_in_the_middle_is_unknown_and_said_to_be()
    {
        LoseAnswer(() => Member.Metrics = Member.Metrics! with { ProcessStartedAt = DateTimeOffset.UnixEpoch.AddDays(1) });

        var result = await ResultAsync();

        Assert.Equal(EtcdDefragOutcome.Unknown, result.Outcome);
        Assert.Contains("restarted in the middle", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_was_restarted_and_yet_answered_gets_a_warning()
    {
        Member.OnDefragment = _ =>
        {
            Member.Finish();
            Member.Metrics = Member.Metrics! with { ProcessStartedAt = DateTimeOffset.UnixEpoch.AddDays(1) };
            return Task.CompletedTask;
        };

        var result = await ResultAsync();

        Assert.Equal(EtcdDefragOutcome.Defragmented, result.Outcome);
        Assert.Contains("restarted", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_gone_is_unknown_when_the_time_is_over()
    {
        LoseAnswer(() => Member.Down = EtcdFailure.Unreachable);

        var report = await RunAsync(r => r with { ContinueOnError = true, ObservationTimeout = TimeSpan.FromSeconds(30) });

        Assert.Equal(EtcdDefragOutcome.Unknown, report.Results[0].Outcome);
        Assert.Contains("did not answer for 30 s", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Single(Cluster.Defragmented);
    }
}
