using EtcdDefrag.Model;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

/// <summary>Thresholds and presets.</summary>
public sealed class PolicyTests
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;

    private static EtcdMemberStatus Status(long size, long inUse, long? quota = 2 * GiB) => new()
    {
        Endpoint = "http://m1:2379",
        MemberId = "1",
        ClusterId = "c",
        Version = "3.5.30",
        DbSize = size,
        DbSizeInUse = inUse,
        DbQuota = quota,
        DbQuotaSource = quota is null ? EtcdQuotaSource.Unknown : EtcdQuotaSource.Metrics,
        LeaderId = "2",
        Revision = 1,
        RaftTerm = 1,
        RaftIndex = 1,
        RaftAppliedIndex = 1,
    };

    /// <summary>Preset, file, in use and quota in MiB, and whether it matches.</summary>
    public static TheoryData<string, long, long, long?, bool> Judgements => new()
    {
        { "Balanced", 1000, 500, 2048, true },     // half free
        { "Balanced", 1000, 550, 2048, true },     // exactly 45 % free
        { "Balanced", 1000, 551, 2048, false },
        { "Balanced", 1700, 1500, 2048, true },    // over 80 % of the quota, 200 MiB to win
        { "Balanced", 1700, 1650, 2048, false },   // nearly full, and nothing to win
        { "Balanced", 150, 60, 2048, false },      // 60 % free, but only 90 MiB
        { "Balanced", 1700, 1500, null, false },   // the quota is not known, and too little is free
        { "Balanced", 1700, 500, null, true },
        { "OpenShift", 100, 55, 2048, true },      // both exactly
        { "OpenShift", 99, 20, 2048, false },
        { "OpenShift", 2000, 1200, 2048, false },  // full and little fragmented: what this rule alone misses
        { "microshift", 300, 100, null, true },
        { "UpstreamAlert", 1000, 400, null, true },
        { "UpstreamAlert", 1000, 500, null, false },
        { "UpstreamAlert", 900, 100, null, false },
    };

    [Theory]
    [MemberData(nameof(Judgements))]
    public void A_preset_judges_as_its_source_does(string preset, long size, long inUse, long? quota, bool expected)
    {
        var verdict = PolicyPresets.Find(preset)!.Judge(Status(size * MiB, inUse * MiB, quota * MiB));

        Assert.True(verdict.IsMatch == expected, verdict.Reason);
        Assert.NotEmpty(verdict.Reason);
    }

    [Fact]
    public void The_reason_gives_the_numbers_that_decided()
    {
        var balanced = PolicyPresets.Find("Balanced")!;

        Assert.Equal("Balanced: fragmented 50% (at least 45%), reclaimable 500 MiB (at least 100 MiB)", balanced.Judge(Status(1000 * MiB, 500 * MiB)).Reason);
        Assert.Equal("Balanced: fragmented 60% (at least 45%), reclaimable 90 MiB (less than 100 MiB)", balanced.Judge(Status(150 * MiB, 60 * MiB)).Reason);
        Assert.Equal(
            "Balanced: fragmented 10% (less than 45%), quota use 48.8% (less than 80%)", balanced.Judge(Status(1000 * MiB, 900 * MiB)).Reason);
    }

    [Fact]
    public void A_full_but_unfragmented_database_is_left_alone_with_a_warning()
    {
        var verdict = PolicyPresets.Find("Balanced")!.Judge(Status(1900 * MiB, 1890 * MiB));

        Assert.False(verdict.IsMatch);
        Assert.Contains("a larger quota or less data helps", verdict.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Advice_follows_from_what_a_defragmentation_would_leave()
    {
        var notTheLeader = new EtcdDefragPolicy { Rule = DefragRule.Parse("not isLeader") };
        var leader = Status(1900 * MiB, 100 * MiB) with { LeaderId = "1", MemberId = "1" };
        Assert.Null(notTheLeader.Judge(leader).Warning);

        var verdict = PolicyPresets.Find("Balanced")!.Judge(Status(250 * MiB, 160 * MiB) with { DbQuota = 256 * MiB });
        Assert.False(verdict.IsMatch);
        Assert.Contains("would leave about 160 MiB, and the policy does not ask for it", verdict.Warning, StringComparison.Ordinal);
        Assert.DoesNotContain("larger quota", verdict.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Balanced")]
    [InlineData("OpenShift")]
    [InlineData("MicroShift")]
    [InlineData("UpstreamAlert")]
    public void An_armed_nospace_is_a_reason_in_every_preset_while_the_file_is_large(string preset)
    {
        var policy = PolicyPresets.Find(preset)!;
        var late = Status(260 * MiB, 259 * MiB) with { DbQuota = 256 * MiB };
        var armed = late with { Alarms = [EtcdAlarmType.NoSpace] };

        Assert.False(policy.Judge(late).IsMatch);
        Assert.True(policy.Judge(armed).IsMatch);
        Assert.Contains("NOSPACE is armed, quota use 101.6%", policy.Judge(armed).Reason, StringComparison.Ordinal);
        Assert.True(policy.Judge(late, isNoSpaceArmed: true).IsMatch);
        Assert.False(policy.Judge(armed with { DbSize = MiB, DbSizeInUse = MiB }).IsMatch);
        Assert.False(policy.Judge(armed, TimeSpan.FromMinutes(11)).IsMatch);
        Assert.True(policy.Judge(armed, TimeSpan.FromHours(1)).IsMatch);
        Assert.True(policy.Judge(armed with { DbSizeInUse = armed.DbSize / 2 }, TimeSpan.FromMinutes(11)).IsMatch);
    }

    [Fact]
    public void A_rule_of_ones_own_is_followed_in_nospace_too_and_the_figures_are_said_to_be_late()
    {
        var policy = new EtcdDefragPolicy { Rule = DefragRule.Parse("dbSizeFree > 100MiB") };

        var verdict = policy.Judge(Status(260 * MiB, 259 * MiB) with { DbQuota = 256 * MiB, Alarms = [EtcdAlarmType.NoSpace] });

        Assert.False(verdict.IsMatch);
        Assert.Contains("does not show what a compaction has freed", verdict.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_was_defragmented_a_moment_ago_has_to_wait()
    {
        var policy = PolicyPresets.Find("Balanced")! with { MinInterval = TimeSpan.FromHours(1) };
        var status = Status(1000 * MiB, 100 * MiB);

        Assert.False(policy.Judge(status, TimeSpan.FromMinutes(59)).IsMatch);
        Assert.True(policy.Judge(status, TimeSpan.FromMinutes(60)).IsMatch);
        Assert.True(policy.Judge(status).IsMatch);
    }

    [Fact]
    public void A_member_without_any_quota_uses_none_of_it()
    {
        var status = Status(1900 * MiB, 1000 * MiB) with { DbQuota = null, DbQuotaSource = EtcdQuotaSource.None };

        Assert.Equal(0, status.DbQuotaUsage);
        Assert.False(new EtcdDefragPolicy { MaxQuotaUsagePercentage = 1 }.Judge(status).IsMatch);
    }

    [Fact]
    public void A_rule_about_a_quota_that_is_not_known_is_never_a_silent_no()
    {
        var policy = new EtcdDefragPolicy { Rule = DefragRule.Parse("dbQuotaUsage > 0.8") };

        var unknown = Assert.Throws<RuleEvaluationException>(() => policy.Judge(Status(1900 * MiB, 1000 * MiB, quota: null)));

        Assert.Contains("-QuotaBytes", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_have_names_of_their_own_and_say_where_they_come_from()
    {
        Assert.Equal(["Balanced", "OpenShift", "MicroShift", "UpstreamAlert"], PolicyPresets.All.Select(p => p.Name));
        Assert.All(PolicyPresets.All, p => Assert.NotEmpty(p.Source));
        Assert.Null(PolicyPresets.Find("none"));
    }
}
