using System.Globalization;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

public class RuleVerdictTests
{
    [Theory]
    [InlineData("dbQuotaUsage > 0.8 || dbSizeFree > 200M", "dbQuotaUsage > 0.8 (0.18) or dbSizeFree > 200M (668 MiB): matches by the second")]
    [InlineData("db_size_in_use/db_total_size < 0.5 && db_size_in_use > 20M", "dbSizeInUse / dbSize < 0.5 (0.1) and dbSizeInUse > 20M (76 MiB): matches")]
    [InlineData("dbSize > dbQuota*80/100", "dbSize > dbQuota * 80 / 100 (744 MiB > 3.2 GiB): does not match")]
    [InlineData("dbSize > 200*1024*1024", "dbSize > 200 * 1024 * 1024 (744 MiB > 200 MiB): matches")]
    [InlineData("isLeader and dbSize < 5", "isLeader (true) and dbSize < 5 (744 MiB): does not match by the second")]
    [InlineData("isLearner or hasNoSpaceAlarm", "isLearner (false) or hasNoSpaceAlarm (false): does not match")]
    [InlineData("(isLearner or dbSize > 5) and raftLag < 10", "(isLearner (false) or dbSize > 5 (744 MiB)) and raftLag < 10 (3): matches")]
    [InlineData("!isLearner", "not isLearner (false): matches")]
    [InlineData("not dbSize > 5", "not (dbSize > 5 (744 MiB)): does not match")]
    [InlineData("version >= 3.5.6", "version >= 3.5.6 (3.5.9): matches")]
    [InlineData("isLeader == isLearner", "isLeader == isLearner (true == false): does not match")]
    [InlineData("true", "true: matches")]
    [InlineData("1 < 2", "1 < 2: matches")]
    [InlineData("200M < dbSizeFree", "200M < dbSizeFree (668 MiB): matches")]
    [InlineData("isLearner or isLearner or isLeader", "isLearner (false) or isLearner (false) or isLeader (true): matches by the third")]
    [InlineData("fragmentedRatio > 90%", "fragmentedRatio > 90% (0.898): does not match")]
    [InlineData("true or 1/0 > 2", "true or 1 / 0 > 2 (not known): matches by the first")]
    public void The_reason_shows_the_numbers(string rule, string reason) =>
        Assert.Equal(reason, DefragRule.Parse(rule).Explain(RuleMembers.Fragmented).Reason);

    [Theory]
    [InlineData(838_861, 1_048_576, "dbQuotaUsage > 80% (0.8000002): matches")]
    [InlineData(838_860, 1_048_576, "dbQuotaUsage > 80% (0.799999): does not match")]
    public void A_number_is_never_rounded_to_the_one_it_is_compared_with(long size, long quota, string reason) =>
        Assert.Equal(reason, DefragRule.Parse("dbQuotaUsage > 80%").Explain(RuleMembers.Sized(quota, size, 0)).Reason);

    [Fact]
    public void The_reason_is_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal("dbQuotaUsage > 0.5 (0.18): does not match", DefragRule.Parse("dbQuotaUsage > 0.5").Explain(RuleMembers.Fragmented).Reason);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("dbQuota > 5", "dbQuota is not known for this member; give it with -QuotaBytes (--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy)")]
    [InlineData("dbQuotaUsage > 0.8", "dbQuota is not known for this member; give it with -QuotaBytes (--etcd-storage-quota-bytes, or \"dbQuota\" in a monitor's policy)")]
    [InlineData("dbSizeInUse/dbSize < 0.5", "dbSizeInUse / dbSize divides by zero, since dbSize is 0 for this member; check first, as in 'dbSize != 0 and ...'")]
    [InlineData("5 % dbSize == 1", "5 % dbSize divides by zero, since dbSize is 0 for this member; check first, as in 'dbSize != 0 and ...'")]
    [InlineData("version > 3.5", "version is not known for this member; leave it out of the rule")]
    [InlineData("raftLag << 0.5 > 1", "0.5 is not a whole number of 63 bits, so << cannot shift with it; use * or / instead")]
    [InlineData("1e308 * 10 - 1e308 * 10 < 1", "1e308 * 10 - 1e308 * 10 has no value for this member, since its numbers overflow; simplify it")]
    public void What_has_no_value_is_an_error_that_says_what_to_do(string text, string message)
    {
        var rule = DefragRule.Parse(text);
        Assert.Equal(message, Assert.Throws<RuleEvaluationException>(() => rule.IsMatch(RuleMembers.Blank)).Message);
        Assert.Equal(message, Assert.Throws<RuleEvaluationException>(() => rule.Explain(RuleMembers.Blank)).Message);
    }

    [Fact]
    public void A_quota_of_nothing_divides_by_zero()
    {
        var error = Assert.Throws<RuleEvaluationException>(() => DefragRule.Parse("dbQuotaUsage > 0").IsMatch(RuleMembers.Sized(0, 5, 5)));
        Assert.Equal("dbQuotaUsage", error.Expression);
        Assert.Contains("-QuotaBytes", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_of_another_kind_is_shown()
    {
        var error = Assert.Throws<RuleEvaluationException>(() => DefragRule.Parse("version > 3").IsMatch(new() { Version = "latest" }));
        Assert.Equal("version of this member, 'latest', is not of the form 3.5.6; leave it out of the rule", error.Message);
    }

    [Theory]
    [InlineData("(dbSize>5)&&!isLeader||db_quota<1GB", "dbSize > 5 and not isLeader or dbQuota < 1GB")]
    [InlineData("1-(2-3) < 4 -and (true or false)", "1 - (2 - 3) < 4 and (true or false)")]
    [InlineData("(45%)-5 < 1", "(45%) - 5 < 1")]
    [InlineData("(not true) == false", "(not true) == false")]
    [InlineData("-(1+2) < - -3", "-(1 + 2) < --3")]
    public void The_canonical_form_has_one_spelling(string text, string canonical) => Assert.Equal(canonical, DefragRule.Parse(text).ToString());
}
