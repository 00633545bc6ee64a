using EtcdDefrag.Connection;
using EtcdDefrag.Execution;

namespace EtcdDefrag.Unit.Execution;

/// <summary>A disk without room for the copy that a defragmentation writes.</summary>
public sealed class DiskFullTests : RunTests
{
    private const string Words = "write /var/lib/etcd/member/snap/db.tmp.1234567: no space left on device";

    public DiskFullTests() => Fill();

    [Fact]
    public async Task It_ends_the_run_whatever_the_request_says_and_names_the_leftover()
    {
        var report = await RunAsync(r => r with { ContinueOnError = true });

        Assert.Single(Cluster.Defragmented);
        Assert.Equal("DiskFull", report.Refusal?.Rule);
        Assert.Equal(EtcdDefragOutcome.Failed, report.Results[0].Outcome);
        Assert.Contains("(/var/lib/etcd/member/snap/db.tmp.1234567)", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Contains("restart", report.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.Equal(2, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.NotAttempted));
    }

    [Fact]
    public async Task The_next_run_refuses_that_member_and_no_other()
    {
        await RunAsync();
        Cluster.Members[1].OnDefragment = null;

        Assert.Equal("DiskFull", (await RunAsync()).Refusal?.Rule);
        Cluster.Members[1].DbSizeInUse -= 4096;
        Assert.Equal("DiskFull", (await RunAsync()).Refusal?.Rule);
        Assert.True((await RunAsync([Cluster.Endpoints[0]], r => r with { WholeCluster = false })).IsSuccess);
        Assert.True((await RunAsync(r => r with { Force = true })).IsSuccess);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_or_a_smaller_need_is_proof_of_room(bool isRestarted)
    {
        await RunAsync();
        var member = Cluster.Members[1];
        member.OnDefragment = null;
        if (isRestarted)
        {
            member.Metrics = member.Metrics! with { ProcessStartedAt = DateTimeOffset.UnixEpoch.AddDays(1) };
        }
        else
        {
            member.DbSizeInUse /= 2;
        }

        var report = await RunAsync();

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
    }

    [Fact]
    public async Task Where_nothing_may_be_written_that_it_will_not_be_known_is_said()
    {
        var report = await RunAsync(r => r with { NoLock = true });

        Assert.Empty(Cluster.Keys);
        Assert.Contains("the next run will not know", Assert.Single(report.Warnings, w => w.Rule == "DiskFull").Text, StringComparison.Ordinal);
    }

    private void Fill()
    {
        var member = Cluster.Members[1];
        member.OnDefragment = _ => throw new EtcdException(EtcdFailure.Refused, EtcdStatusCode.Unknown, member.Endpoint, "Defragment", Words);
    }
}
