using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;

namespace EtcdDefrag.Unit.Execution;

public sealed class SpaceAlarmTests : RunTests
{
    private static readonly EtcdAlarm NoSpace = new("2", EtcdAlarmType.NoSpace);

    public SpaceAlarmTests() => Cluster.Alarms.Add(NoSpace);

    private IEnumerable<string> Disarms => Cluster.Calls.Where(c => c.Contains("Disarm", StringComparison.Ordinal));

    [Theory]
    [InlineData("8e9e05c52164694d", "8e9e05c52164694d")]
    [InlineData("8E9E05C52164694D", "8e9e05c52164694d")]
    [InlineData("10276657743932975437", "8e9e05c52164694d")]
    [InlineData("m1", "8e9e05c52164694d")]
    [InlineData("16", "10", "16")] // decimal for the one, hexadecimal for the other
    [InlineData("22", "16")]
    [InlineData("m3", "10", "16")]
    [InlineData("2748", "abc")] // no member any more, but its alarm is armed
    [InlineData("9")]
    public void A_member_is_named_by_either_form_of_its_id_or_by_its_name(string text, params string[] expected)
    {
        EtcdMember[] list = [new("8e9e05c52164694d", "m1", [], false), new("10", "m3", [], false), new("16", "m3", [], false)];
        var alarmed = new MemberObservation { Endpoint = "", Alarms = [new EtcdAlarm("abc", EtcdAlarmType.NoSpace)] };

        Assert.Equal(expected, DisarmPlan.FindMembers(new ClusterSnapshot(default, [alarmed], list), text, byName: true));
    }

    [Fact]
    public async Task Alarms_are_left_alone_unless_that_is_asked_for()
    {
        await RunAsync();

        Assert.Equal([NoSpace], Cluster.Alarms);
        Assert.Empty(Disarms);
    }

    [Fact]
    public async Task After_the_last_member_the_alarm_of_the_named_member_is_cleared()
    {
        var report = await RunAsync(r => r with { DisarmBelow = 0.9 });

        Assert.True(report.IsSuccess);
        Assert.Empty(Cluster.Alarms);
        Assert.Equal(["m2 Disarm 2"], Disarms);
        Assert.True(Cluster.Calls.IndexOf("m2 Disarm 2") > Cluster.Calls.LastIndexOf("m1 Defragment"));
    }

    [Fact]
    public async Task A_member_at_the_limit_keeps_every_alarm_and_the_reason_names_it()
    {
        Cluster.Members[2].DbSizeInUse = (long)(0.95 * (2L << 30));

        var report = await RunAsync(r => r with { DisarmBelow = 0.9 });

        Assert.False(report.IsSuccess);
        Assert.Single(report.Failures);
        Assert.Equal([NoSpace], Cluster.Alarms);
        Assert.Contains("http://m3:2379 uses 0.95 of its quota", Observer.Events.OfType<AlarmsKept>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_quota_is_not_known_the_users_word_counts_and_else_nothing_is_cleared()
    {
        Cluster.Members[2].Metrics = Cluster.Members[2].Metrics! with { QuotaBytes = null };

        await RunAsync(r => r with { DisarmBelow = 0.9 });
        Assert.Equal([NoSpace], Cluster.Alarms);

        await RunAsync(r => r with { DisarmBelow = 0.9, Plan = new() { QuotaBytes = 1L << 30 } });
        Assert.Empty(Cluster.Alarms);
    }

    [Fact]
    public async Task An_alarm_of_member_0_is_left_and_said_to_be()
    {
        Cluster.Alarms.Clear();
        Cluster.Alarms.Add(new EtcdAlarm("0", EtcdAlarmType.NoSpace));

        var report = await RunAsync(r => r with { DisarmBelow = 0.9 });

        Assert.Contains("stands for no member", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Empty(Disarms);
    }

    [Fact]
    public async Task After_a_member_that_failed_nothing_is_cleared()
    {
        var member = Cluster.Members[2];
        member.OnDefragment = _ => throw member.Failure(EtcdFailure.Refused, EtcdStatusCode.Internal, "Defragment");

        await RunAsync(r => r with { DisarmBelow = 0.9, ContinueOnError = true });

        Assert.Equal(3, Cluster.Defragmented.Count);
        Assert.Empty(Disarms);
    }

    [Fact]
    public async Task A_run_that_finds_no_alarm_armed_is_a_success()
    {
        Cluster.Alarms.Clear();

        Assert.True((await RunAsync(r => r with { DisarmBelow = 0.9 })).IsSuccess);
        Assert.Empty(Disarms);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_it_clears_is_no_success_and_says_that_alarms_are_left()
    {
        using var stop = new CancellationTokenSource();
        Cluster.OnDisarm = new OperationCanceledException();
        Observer = new RecordingObserver { OnEvent = e => CancelAfterTheLastStep(e, stop) };

        var report = await RunAsync(r => r with { DisarmBelow = 0.9 }, stop.Token);

        Assert.True(report.WasCancelled);
        Assert.False(report.IsSuccess);
        Assert.Single(Observer.Events.OfType<AlarmsKept>());
    }

    [Fact]
    public async Task A_cluster_that_is_not_well_after_the_last_member_keeps_its_alarms()
    {
        After("1", () => Cluster.Members[1].Down = EtcdFailure.Unreachable);

        var report = await RunAsync(r => r with { DisarmBelow = 0.9 });

        Assert.False(report.IsSuccess);
        Assert.Empty(Disarms);
        Assert.Contains("did not become healthy", Observer.Events.OfType<AlarmsKept>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_to_clear_is_not_hidden()
    {
        Cluster.OnDisarm = Cluster.Members[1].Failure(EtcdFailure.Refused, EtcdStatusCode.PermissionDenied, "Alarm");

        var report = await RunAsync(r => r with { DisarmBelow = 0.9 });

        Assert.False(report.IsSuccess);
        Assert.False(Observer.Events.OfType<AlarmDisarmed>().Single().Disarm.WasDisarmed);
    }

    private static void CancelAfterTheLastStep(DefragEvent happened, CancellationTokenSource stop)
    {
        if (happened is StepFinished { Result.IsLeader: true })
        {
            stop.Cancel();
        }
    }
}
