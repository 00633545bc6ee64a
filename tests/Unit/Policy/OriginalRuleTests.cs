using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

/// <summary>Rules as etcd-defrag, its tests, its examples and its users have them, with the answers they get there.</summary>
public class OriginalRuleTests
{
    private const long M = 1024 * 1024;

    [Theory]
    [InlineData("dbSize > dbQuota*80/100", 100, 81, 0, true)]
    [InlineData("dbQuotaUsage > 0.8", 100, 81, 0, true)]
    [InlineData("dbSize > dbQuota*80/100", 100, 79, 0, false)]
    [InlineData("dbQuotaUsage > 0.8", 100, 79, 0, false)]
    [InlineData("dbSize - dbSizeInUse > 200", 0, 301, 100, true)]
    [InlineData("dbSizeFree > 200", 0, 301, 100, true)]
    [InlineData("dbSize - dbSizeInUse > 200", 0, 299, 100, false)]
    [InlineData("dbSizeFree > 200", 0, 299, 100, false)]
    [InlineData("dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200", 1000, 801, 600, true)]
    [InlineData("dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200", 100, 81, 60, false)]
    [InlineData("dbSize > dbQuota*80/100 || dbSize - dbSizeInUse > 200", 1000, 801, 600, true)]
    [InlineData("dbSize > dbQuota*80/100 || dbSize - dbSizeInUse > 200", 100, 81, 60, true)]
    [InlineData("dbQuotaUsage > 0.8 && dbSizeFree > 200", 1000, 801, 600, true)]
    [InlineData("dbQuotaUsage > 0.8 || dbSizeFree > 200", 100, 81, 60, true)]
    [InlineData("dbSizeInUse / dbSize < 0.5", 0, 81, 60, false)]
    public void The_original_s_own_evaluation_tests_give_the_same(string rule, long quota, long size, long inUse, bool expected) =>
        Assert.Equal(expected, DefragRule.Parse(rule).IsMatch(RuleMembers.Sized(quota, size, inUse)));

    // The defaults of the original's validation: 2 GiB, 100 MiB, 60 MiB.
    [Theory]
    [InlineData("dbSize > dbQuota*80/100", false)]
    [InlineData("dbSize - dbSizeInUse > 200*1024*1024", false)]
    [InlineData("dbSize > dbQuota*80/100 || dbSize - dbSizeInUse > 200*1024*1024", false)]
    [InlineData("dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200*1024*1024", false)]
    [InlineData("(dbSize > dbQuota*80/100) || (dbSize - dbSizeInUse > 200*1024*1024)", false)]
    [InlineData("dbQuotaUsage > 0.3", false)]
    [InlineData("dbSizeFree > 100", true)]
    [InlineData("dbQuotaUsage > 0.8 || dbSizeFree > 200*1024*1024", false)]
    [InlineData("dbQuotaUsage > 0.8 || dbSize - dbSizeInUse > 200*1024*1024", false)]
    public void Rules_valid_there_are_valid_here(string rule, bool expected) =>
        Assert.Equal(expected, DefragRule.Parse(rule).IsMatch(RuleMembers.Sized(2048 * M, 100 * M, 60 * M)));

    [Theory]
    [InlineData("dbSize > dbQuota*80/100 || dbSize - dbSizeInUse > 200*1024*1024", true)]
    [InlineData("dbQuotaUsage > 0.8 || dbSizeFree > 200*1024*1024", true)]
    [InlineData("dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200*1024*1024", false)]
    [InlineData("db_size_in_use/db_total_size < 0.5 && db_size_in_use > 200M", false)]
    [InlineData("db_size_in_use/db_total_size < 0.5 && db_size_in_use > 20M", true)]
    // OpenShift: at least 45 % fragmented, and the file at least 100 MB.
    [InlineData("fragmentedRatio >= 45% and dbSize >= 100M", true)]
    [InlineData("(dbSize - dbSizeInUse) / dbSize * 100 >= 45.0 && dbSize >= 100*1024*1024", true)]
    // MicroShift: both met or exceeded.
    [InlineData("fragmentedRatio -ge 0.45 -and dbSize -ge 100MB", true)]
    // The alert that etcd's mixin raises.
    [InlineData("dbSizeInUse / dbSize < 0.5 and dbQuotaUsage > 0 and dbSizeInUse > 100M", false)]
    public void Published_rules_judge_a_fragmented_member(string rule, bool expected) =>
        Assert.Equal(expected, DefragRule.Parse(rule).IsMatch(RuleMembers.Fragmented));

    [Theory]
    [InlineData("dbSize > 200 << 20", true)]
    [InlineData("dbSize >> 20 == 744", true)]
    [InlineData("dbSize > 2 ** 29", true)]
    [InlineData("2 * 3 ** 2 == 36", true)] // the original gives ** the strength of *
    [InlineData("2 ** 3 ** 2 == 64", true)]
    [InlineData("-2 ** 4 == 16", true)]
    [InlineData("1 << 70 == 0", true)]
    [InlineData("-1 >> 70 == -1", true)]
    [InlineData("-1 << -70 == -1", true)]
    [InlineData("8 << -2 == 2", true)]
    [InlineData("1 + 1 << 2 == 8", true)]
    [InlineData("dbSize > 0x2000_0000", true)]
    [InlineData("0x1F == 31 && 0b101 == 5 && 0o17 == 15 && 017 == 15 && 0 == 00", true)]
    [InlineData("4_000 == 4000 && 4_0.5e1 == 405", true)]
    [InlineData(".5 == 0.5 && 5. == 5 && 1e3 == 1000 && 1E-1 == .1 && 2.5e+1 == 25", true)]
    [InlineData("3 <-4", false)]
    [InlineData("-140 % 85 == -55 && -7 % -2 == -1 && 5.5 % 2 == 1.5 && -12.5 % -4.25 == -4", true)]
    [InlineData("154 % 12 % 6 == 4", true)]
    [InlineData("144 / 12 / 6 == 2", true)]
    [InlineData("true == dbSize > 5", true)] // equality is looser than comparison, as there
    [InlineData("false && false || true", true)]
    [InlineData("true || false && false", true)]
    [InlineData("!(!(true))", true)]
    [InlineData("dbSize > 5 // more than nothing", true)]
    [InlineData("dbSize /* in bytes */ > 5", true)]
    [InlineData("dbSize\n>\n5\n", true)]
    public void The_original_s_other_spellings_are_read(string rule, bool expected) =>
        Assert.Equal(expected, DefragRule.Parse(rule).IsMatch(RuleMembers.Fragmented));

    [Fact]
    public void Whole_literals_divide_really_where_the_original_cuts() =>
        Assert.False(DefragRule.Parse("dbQuotaUsage > 80/100").IsMatch(RuleMembers.Fragmented));
}
