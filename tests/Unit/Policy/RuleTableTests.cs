using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

/// <summary>The language, rule by rule. T matches and F does not.</summary>
public class RuleTableTests
{
    private const string OfOthers = """
        T Full dbQuotaUsage > 95%
        T Full hasNoSpaceAlarm
        F Full dbSizeFree > 100M
        F Full (dbQuotaUsage > 80% or fragmentedRatio > 45%) and dbSizeFree >= 100M
        T Full fragmentedRatio < 1%
        T Full hasNoSpaceAlarm or 1/0 > 0
        T Full version < 3.6.0
        T Full version > 3.5.99
        F Full version == 3.6.0
        F Full version >= 3.6
        T Full !isLeader && !isLearner
        T Blank isLearner
        T Blank dbSize == 0
        T Blank fragmentedRatio == 0
        F Blank fragmentedRatio > 45% and dbQuotaUsage > 80%
        T Blank dbSize == 0 or dbQuotaUsage > 80%
        T Blank raftLag > 10000
        F Blank dbSize > 0 and dbSizeInUse / dbSize < 0.5
        """;

    public static TheoryData<string, bool> FragmentedRows => ReadRows(RuleTable.OfFragmented);

    public static TheoryData<string, bool> OtherRows => ReadRows(OfOthers);

    [Theory]
    [MemberData(nameof(FragmentedRows))]
    public void A_fragmented_member(string rule, bool expected) => AssertAnswer(rule, RuleMembers.Fragmented, expected);

    [Theory]
    [MemberData(nameof(OtherRows))]
    public void Other_members(string row, bool expected)
    {
        var words = row.Split(' ', 2);
        AssertAnswer(words[1], words[0] == "Full" ? RuleMembers.Full : RuleMembers.Blank, expected);
    }

    [Fact]
    public void The_table_is_as_long_as_it_should_be() => Assert.True(FragmentedRows.Count + OtherRows.Count >= 200);

    private static void AssertAnswer(string text, MemberFacts facts, bool expected)
    {
        var rule = DefragRule.Parse(text);
        Assert.Equal(expected, rule.IsMatch(facts));
        Assert.Equal(expected, DefragRule.Parse(rule.ToString()).IsMatch(facts));
        Assert.Equal(rule.ToString(), DefragRule.Parse(rule.ToString()).ToString());
        Assert.Equal(expected, rule.Explain(facts).IsMatch);
    }

    private static TheoryData<string, bool> ReadRows(string table)
    {
        var rows = new TheoryData<string, bool>();
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            rows.Add(line[2..], line[0] == 'T');
        }

        return rows;
    }
}
