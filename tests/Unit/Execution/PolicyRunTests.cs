using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Execution;

/// <summary>A run that is to touch only what is worth its pause.</summary>
public sealed class PolicyRunTests : RunTests
{
    private Task<DefragReport> RunAsync(string rule, long? quota = null) => RunAsync(r => r with
    {
        Plan = new PlanOptions { Policy = new EtcdDefragPolicy { Rule = DefragRule.Parse(rule) }, QuotaBytes = quota },
    });

    [Fact]
    public async Task Only_the_members_that_match_are_touched_and_the_others_say_why()
    {
        Cluster.Members[1].DbSizeInUse = 95_000_000;

        var report = await RunAsync("dbSizeFree > 50M");

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Equal(["m3 Defragment", "m1 Defragment"], Cluster.Defragmented);
        var skipped = Assert.Single(report.Results, r => r.Outcome == EtcdDefragOutcome.Skipped);
        Assert.Equal("2", skipped.MemberId);
        Assert.Contains("dbSizeFree > 50M", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_matches_nothing_is_touched_and_that_is_a_success()
    {
        var report = await RunAsync("dbSize > 1T");

        Assert.True(report.IsSuccess);
        Assert.Empty(Cluster.Defragmented);
        Assert.DoesNotContain(Cluster.Calls, c => c.Contains("Lease", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_nothing_matches_a_small_cluster_needs_no_consent()
    {
        Cluster = Support.FakeCluster.Of(1);

        Assert.True((await RunAsync("dbSize > 1T")).IsSuccess);
        Assert.Equal("SmallCluster", (await RunAsync("dbSize > 1")).Refusal?.Rule);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_answered_refuses_and_touches_nobody()
    {
        Cluster.Members.ForEach(m => m.Metrics = m.Metrics! with { QuotaBytes = null });

        var report = await RunAsync("dbQuotaUsage > 0.01");

        Assert.Equal("PolicyUnanswerable", report.Refusal?.Rule);
        Assert.Empty(Cluster.Defragmented);
        Assert.Equal(3, report.Results.Count(r => r.Outcome == EtcdDefragOutcome.NotAttempted));
    }

    [Fact]
    public async Task A_quota_that_is_given_counts_where_nobody_else_says_it()
    {
        Cluster.Members[1].Metrics = Cluster.Members[1].Metrics! with { QuotaBytes = null };

        var report = await RunAsync("dbQuotaUsage > 0.5", quota: 150_000_000);

        Assert.True(report.IsSuccess, report.Refusal?.Reason);
        Assert.Equal(["m2 Defragment"], Cluster.Defragmented);
    }

    [Fact]
    public async Task A_backup_of_a_member_that_does_not_match_does_not_matter()
    {
        Cluster.Members[1].DbSizeInUse = 95_000_000;
        Cluster.Members[1].Metrics = Cluster.Members[1].Metrics! with { OpenSnapshotCount = 1 };

        Assert.True((await RunAsync("dbSizeFree > 50M")).IsSuccess);
    }

    [Fact]
    public async Task A_member_that_grew_in_the_meantime_is_judged_by_what_it_is_at_its_turn()
    {
        Cluster.Members[2].DbSizeInUse = 95_000_000;
        After("2", () => Cluster.Members[2].DbSizeInUse = 10_000_000);

        await RunAsync("dbSizeFree > 50M");

        Assert.Equal(["m2 Defragment", "m3 Defragment", "m1 Defragment"], Cluster.Defragmented);
    }

    [Fact]
    public async Task A_full_database_that_cannot_be_helped_is_warned_of()
    {
        Cluster.Members.ForEach(m => (m.DbSize, m.DbSizeInUse) = (2_000_000_000, 1_999_000_000));

        var report = await RunAsync(r => r with { Plan = new PlanOptions { Policy = PolicyPresets.Find("Balanced") } });

        Assert.True(report.IsSuccess);
        Assert.Empty(Cluster.Defragmented);
        Assert.Equal(3, report.Warnings.Where(w => w.Rule == "QuotaNearlyFull").Select(w => w.Endpoint).Distinct().Count(e => e.Length > 0));
    }
}
