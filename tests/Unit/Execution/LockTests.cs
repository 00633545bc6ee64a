using EtcdDefrag.Connection;
using EtcdDefrag.Execution;

namespace EtcdDefrag.Unit.Execution;

/// <summary>The key that keeps two runs apart.</summary>
public sealed class LockTests : RunTests
{
    [Fact]
    public async Task The_lock_is_taken_before_the_first_member_and_given_back_after_the_last()
    {
        var report = await RunAsync();

        Assert.True(report.IsSuccess);
        var grant = Cluster.Calls.FindIndex(c => c.EndsWith("LeaseGrant", StringComparison.Ordinal));
        var txn = Cluster.Calls.FindIndex(c => c.EndsWith("Txn", StringComparison.Ordinal));
        var first = Cluster.Calls.FindIndex(c => c.EndsWith("Defragment", StringComparison.Ordinal));
        var last = Cluster.Calls.FindLastIndex(c => c.EndsWith("Defragment", StringComparison.Ordinal));
        var revoke = Cluster.Calls.FindIndex(c => c.EndsWith("LeaseRevoke", StringComparison.Ordinal));
        Assert.Equal(new[] { grant, txn, first, last, revoke }.Order(), [grant, txn, first, last, revoke]);
        Assert.True(grant >= 0);
    }

    [Fact]
    public async Task A_run_that_finds_the_lock_taken_refuses_names_its_holder_and_touches_nothing()
    {
        Cluster.LockHolder = "process 7 on elsewhere";

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Contains("process 7 on elsewhere", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Empty(Cluster.Defragmented);
        Assert.Single(Cluster.Calls, c => c.EndsWith("LeaseRevoke", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)] // less than a second, which may still be enough for its owner
    [InlineData(12, false)]
    public async Task A_lock_whose_lease_has_run_out_is_nobodys(int seconds, bool isNobodys)
    {
        Cluster.LockHolder = "process 7 on elsewhere";
        Cluster.HolderLeaseLeft = TimeSpan.FromSeconds(seconds);

        var report = await RunAsync();

        Assert.Equal(isNobodys ? null : "RunLock", report.Refusal?.Rule);
        Assert.Equal(isNobodys ? 3 : 0, Cluster.Defragmented.Count);
        Assert.Contains(Cluster.Calls, c => c.EndsWith($"LeaseTimeToLive 66", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_nospace_is_armed_a_run_has_its_turn_by_keys_that_an_earlier_run_has_put()
    {
        await RunAsync();
        var all = Cluster.Keys.Keys.Order().ToArray();
        Assert.Equal(32, all.Length);
        Cluster.Calls.Clear();
        Cluster.LockFailure = EtcdStatusCode.ResourceExhausted;
        Observer = new RecordingObserver
        {
            OnEvent = e => Assert.True(e is not DefragmentationStarted || Cluster.Keys.Keys.Order().SequenceEqual(all[1..]), "not in its turn"),
        };

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Empty(report.Warnings);
        Assert.Equal(all[2..], Cluster.Keys.Keys.Order());
    }

    [Fact]
    public async Task While_nospace_stays_armed_runs_follow_each_other_until_the_keys_are_used_up_and_with_room_they_are_put_anew()
    {
        await RunAsync();
        Cluster.LockFailure = EtcdStatusCode.ResourceExhausted;
        for (var run = 0; run < 3; run++)
        {
            Assert.True((await RunAsync()).IsSuccess);
        }

        Assert.Equal(26, Cluster.Keys.Count);
        Cluster.LockFailure = null;
        await RunAsync();
        Assert.Equal(32, Cluster.Keys.Count);
        Cluster.LockFailure = EtcdStatusCode.ResourceExhausted;
        for (var run = 0; run < 16; run++)
        {
            Assert.True((await RunAsync()).IsSuccess);
        }

        var refused = await RunAsync();

        Assert.Equal("RunLock", refused.Refusal?.Rule);
        Assert.Contains("used up", refused.Refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_nospace_is_armed_a_run_whose_turn_was_ended_by_another_begins_no_further_step()
    {
        await RunAsync();
        Cluster.LockFailure = EtcdStatusCode.ResourceExhausted;

        // The clock moves only by what is waited for: a member that names no leader keeps the run waiting until it has noticed.
        Observer = new RecordingObserver
        {
            OnEvent = e =>
            {
                if (e is StepFinished { Result.Outcome: EtcdDefragOutcome.Defragmented })
                {
                    Cluster.Members[2].LeaderId = "";
                    Cluster.Keys.Remove("etcd-defrag/nospace/02");
                }
                else if (e is RunWarned { Warning.Rule: "RunLock" })
                {
                    Cluster.Members[2].LeaderId = null;
                }
            },
        };

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Contains("took this run for dead", report.Refusal!.Reason, StringComparison.Ordinal);
        Assert.Single(report.Results, r => r.Outcome == EtcdDefragOutcome.Defragmented);
    }

    [Fact]
    public async Task While_nospace_is_armed_and_another_run_has_its_turn_none_begins_with_the_alarm_or_without_it()
    {
        Cluster.Keys["etcd-defrag/nospace/02"] = "x";
        Cluster.LockFailure = EtcdStatusCode.ResourceExhausted;
        var armed = await RunAsync();
        Cluster.LockFailure = null;
        var cleared = await RunAsync();

        Assert.All([armed, cleared], r => Assert.Equal(("RunLock", true), (r.Refusal?.Rule, r.Refusal?.MayPass)));
        Assert.All([armed, cleared], r => Assert.Contains("etcdctl del --prefix etcd-defrag/nospace/", r.Refusal!.Remedy, StringComparison.Ordinal));
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task While_nospace_is_armed_and_nothing_was_put_for_it_the_run_is_refused_unless_it_goes_without_a_lock()
    {
        Cluster.LockFailure = EtcdStatusCode.ResourceExhausted;

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Contains("-NoLock", report.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.Empty(Cluster.Defragmented);
        Assert.True((await RunAsync(r => r with { NoLock = true })).IsSuccess);
    }

    [Theory]
    [InlineData(EtcdStatusCode.PermissionDenied)]
    public async Task Where_keys_may_not_be_written_the_run_goes_without_and_says_so(EtcdStatusCode code)
    {
        Cluster.LockFailure = code;

        var report = await RunAsync();

        Assert.True(report.IsSuccess);
        Assert.Single(report.Warnings, w => w.Rule == "RunLock");
        Assert.All(report.Results, r => Assert.Contains("without its lock", Assert.Single(r.Warnings), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_that_nobody_can_speak_about_is_no_lock()
    {
        Cluster.LockFailure = EtcdStatusCode.Unavailable;

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Empty(Cluster.Defragmented);
    }

    [Fact]
    public async Task Nothing_is_written_where_no_lock_is_wanted_or_nothing_is_confirmed()
    {
        await RunAsync(r => r with { NoLock = true });
        Observer = new RecordingObserver { Approve = _ => false };
        await RunAsync();

        Assert.DoesNotContain(Cluster.Calls, c => c.Contains("Lease", StringComparison.Ordinal) || c.EndsWith("Txn", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_has_lost_its_lock_begins_no_further_step()
    {
        // The clock moves only by what is waited for: one member that names no leader keeps the run waiting until the lease is asked after.
        Cluster.LeaseLeft = TimeSpan.Zero;
        var looksSince = 0;
        Cluster.Members[2].OnMetrics = () =>
        {
            looksSince += HasAskedAfterLease() ? 1 : 0;
            Cluster.Members[2].LeaderId = looksSince < 20 ? Cluster.Members[2].LeaderId : null;
        };
        After("2", () => Cluster.Members[2].LeaderId = "");

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Single(Cluster.Defragmented);
    }

    [Fact]
    public async Task The_lock_is_given_back_again_and_again_until_somebody_takes_it()
    {
        Cluster.RevokeFailures = 20;

        var report = await RunAsync();

        Assert.True(report.IsSuccess);
        Assert.Empty(report.Warnings);
        lock (Cluster.Calls)
        {
            Assert.Equal(21, Cluster.Calls.Count(c => c.EndsWith("LeaseRevoke", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_lock_that_nobody_takes_back_is_warned_of_once_its_time_is_nearly_over()
    {
        Cluster.Members.ForEach(m => m.OnDefragment = _ =>
        {
            m.Finish();
            Cluster.RevokeFailures = int.MaxValue;
            return Task.CompletedTask;
        });
        using var stop = new CancellationTokenSource();
        After("2", stop.Cancel);

        var report = await RunAsync(token: stop.Token);

        Assert.Contains("took the run's lock back", Assert.Single(report.Warnings).Text, StringComparison.Ordinal);
        Assert.Contains(Observer.Events, e => e is RunWarned { Warning.Rule: "RunLock" });
    }

    [Fact]
    public async Task A_lease_counts_from_the_request_that_renewed_it_and_not_from_its_answer()
    {
        Cluster.OnKeepAlive = _ =>
        {
            Time.Advance(TimeSpan.FromSeconds(31));
            return Task.FromResult(TimeSpan.FromSeconds(30));
        };
        var isDue = false;
        After("2", () =>
        {
            isDue = true;
            Time.Advance(TimeSpan.FromSeconds(8));
        });
        Cluster.Members[2].OnStatus = () => _ = isDue && SpinWait.SpinUntil(IsLossTold, TimeSpan.FromSeconds(20));

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Single(Cluster.Defragmented);
        Assert.Contains(Observer.Events, e => e is RunWarned { Warning.Rule: "RunLock" });
    }

    [Fact]
    public async Task A_lock_that_ran_out_while_somebody_was_told_of_the_call_lets_no_call_begin()
    {
        Observer = new RecordingObserver
        {
            OnEvent = e =>
            {
                if (e is DefragmentationStarted)
                {
                    Time.Advance(TimeSpan.FromSeconds(31));
                }
            },
        };

        var report = await RunAsync();

        Assert.Equal("RunLock", report.Refusal?.Rule);
        Assert.Empty(Cluster.Defragmented);
        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.NotAttempted, r.Outcome));
    }

    private bool IsLossTold() => Observer.Events.ToArray().Any(e => e is RunWarned { Warning.Rule: "RunLock" });

    private bool HasAskedAfterLease()
    {
        lock (Cluster.Calls)
        {
            return Cluster.Calls.Exists(c => c.EndsWith("LeaseKeepAlive", StringComparison.Ordinal));
        }
    }
}
