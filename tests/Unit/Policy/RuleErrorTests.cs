using EtcdDefrag.Policy;

namespace EtcdDefrag.Unit.Policy;

public class RuleErrorTests
{
    private const string Operand = "expected a number, a name, true, false, not or (, not ";
    private const string Names = "known are dbSize, dbSizeInUse, dbSizeFree, dbQuota, dbQuotaUsage, fragmentedRatio, isLeader, isLearner, hasNoSpaceAlarm, raftLag, version";

    [Theory]
    [InlineData("dbSizE > 5", 0, "dbSizE: no such name; did you mean dbSize?")]
    [InlineData("5 < DBQUOTA", 4, "DBQUOTA: no such name; did you mean dbQuota?")]
    [InlineData("dbsizefree > 5", 0, "dbsizefree: no such name; did you mean dbSizeFree?")]
    [InlineData("db_size_inuse > 5", 0, "db_size_inuse: no such name; did you mean db_size_in_use?")]
    [InlineData("isLeadr", 0, "isLeadr: no such name; did you mean isLeader?")]
    [InlineData("fragmentRatio > 1", 0, "fragmentRatio: no such name; did you mean fragmentedRatio?")]
    [InlineData("Version > 3.5", 0, "Version: no such name; did you mean version?")]
    [InlineData("size(db) >= 1GB", 0, "size: no such name; " + Names)]
    [InlineData("nil == nil", 0, "nil: no such name; " + Names)]
    [InlineData("dbSize - dbSizeInUse", 0, "dbSize - dbSizeInUse is a number; a rule must be true or false, so compare it with something")]
    [InlineData("5", 0, "5 is a number; a rule must be true or false, so compare it with something")]
    [InlineData("version", 0, "version is a version; a rule must be true or false, so compare it with something")]
    [InlineData("3.5.6", 0, "3.5.6 is a version; a rule must be true or false, so compare it with something")]
    [InlineData("dbSize and isLeader", 0, "dbSize is a number; and needs true or false on both sides")]
    [InlineData("isLeader && dbSize", 12, "dbSize is a number; && needs true or false on both sides")]
    [InlineData("isLeader || (dbSize + 1)", 12, "dbSize + 1 is a number; || needs true or false on both sides")]
    [InlineData("isLeader > 5", 0, "isLeader is true or false; > needs numbers on both sides")]
    [InlineData("dbSize > 5 > 4", 0, "dbSize > 5 is true or false; > needs numbers on both sides")]
    [InlineData("1 == true", 5, "true is true or false; == needs numbers on both sides")]
    [InlineData("true == 1", 8, "1 is a number; == needs true or false here, as on its left")]
    [InlineData("true + 1 > 0", 0, "true is true or false; + needs numbers on both sides")]
    [InlineData("-isLeader", 1, "isLeader is true or false; - needs a number")]
    [InlineData("!dbSize > 5", 1, "dbSize is a number; ! needs true or false, and applies only to what directly follows it: !(...)")]
    [InlineData("not dbSize", 4, "dbSize is a number; not needs true or false")]
    [InlineData("version > dbSize", 10, "dbSize is a number; > needs version, or a version such as 3.5.6")]
    [InlineData("version > 3.5M", 10, "3.5M is a number; > needs version, or a version such as 3.5.6")]
    [InlineData("version + 1 > 3", 0, "version is a version; + needs numbers on both sides")]
    [InlineData("dbSize > 3.5.6", 0, "dbSize is a number; > needs version, or a version such as 3.5.6")]
    [InlineData("version > 3.5.6.7", 10, "3.5.6.7 is not a version; a version is three numbers, such as 3.5.6")]
    [InlineData("version > 3.5.x6", 13, ". has no meaning in a rule")]
    [InlineData("dbSize >", 8, Operand + "the end of the rule")]
    [InlineData("dbSize > > 5", 9, Operand + ">")]
    [InlineData("dbSize > )", 9, Operand + ")")]
    [InlineData("&& true", 0, Operand + "&&")]
    [InlineData("()", 1, Operand + ")")]
    [InlineData("(dbSize > 5", 11, "expected an operator or ), not the end of the rule")]
    [InlineData("(dbSize 5)", 8, "expected an operator or ), not 5")]
    [InlineData("dbSize > 5)", 10, "this ) closes nothing")]
    [InlineData("dbSize > 5 dbQuota", 11, "expected an operator, not dbQuota")]
    [InlineData("dbSize > 200 MiB", 13, "expected an operator, not MiB")]
    [InlineData("dbSize = 5", 7, "= is not an operator; did you mean ==?")]
    [InlineData("isLeader & isLearner", 9, "& is not an operator; did you mean &&?")]
    [InlineData("isLeader | isLearner", 9, "| is not an operator; did you mean ||?")]
    [InlineData("isLeader ? true : false", 9, "? is not an operator; write (a and b) or (not a and c) for a choice")]
    [InlineData("version == '3.5.6'", 11, "a rule has no strings; write a version without quotes, as in version >= 3.5.6")]
    [InlineData("dbSize > $x", 9, "$ has no meaning in a rule")]
    [InlineData("dbSize \u2265 5", 7, "\u2265 has no meaning in a rule")]
    [InlineData("dbSize > \u0001", 9, "the character U+0001 has no meaning in a rule")]
    [InlineData("dbSize > \uD83D\uDE00", 9, "the character U+D83D has no meaning in a rule")]
    [InlineData("dbSize > 5X", 10, "X: no such unit; known are K, M, G and T, also as KB or KiB, all powers of 1024")]
    [InlineData("dbSize > 5MBit", 10, "MBit: no such unit; known are K, M, G and T, also as KB or KiB, all powers of 1024")]
    [InlineData("dbSize > 5and true", 10, "and: no such unit; known are K, M, G and T, also as KB or KiB, all powers of 1024")]
    [InlineData("dbSize > 5e", 10, "e: no such unit; known are K, M, G and T, also as KB or KiB, all powers of 1024")]
    [InlineData("dbSize > 089", 9, "089 is not a number of at most 63 bits in base 8, which its prefix stands for")]
    [InlineData("dbSize > 0xG", 9, "0xG is not a number of at most 63 bits in base 16, which its prefix stands for")]
    [InlineData("dbSize > 0x", 9, "0x has no digits")]
    [InlineData("dbSize > 0xFFFF_FFFF_FFFF_FFFF", 9, "0xFFFF_FFFF_FFFF_FFFF is not a number of at most 63 bits in base 16, which its prefix stands for")]
    [InlineData("dbSize > 9.9e999", 9, "9.9e999 is too large a number")]
    [InlineData("dbSize > 1e308T", 9, "1e308T is too large a number")]
    [InlineData("dbSize > 80% dbQuota", 11, "80% may be a percentage or a modulo; write (80%), or 80 % with blanks on both sides")]
    [InlineData("dbQuotaUsage > 80% - 0.1", 17, "80% may be a percentage or a modulo; write (80%), or 80 % with blanks on both sides")]
    [InlineData("dbSize > 5 /* bytes", 11, "this comment has no end; close it with */")]
    [InlineData("", 0, "the rule is empty; give a condition such as dbSizeFree > 200M, or true for always")]
    [InlineData(" \n ", 0, "the rule is empty; give a condition such as dbSizeFree > 200M, or true for always")]
    public void A_text_that_is_no_rule_is_refused_where_it_goes_wrong(string text, int position, string problem)
    {
        Assert.False(DefragRule.TryParse(text, out var rule, out var error));
        Assert.Null(rule);
        Assert.Equal(problem, error.Problem);
        Assert.Equal(position, error.Position);
        Assert.Equal(text, error.Rule);
        Assert.EndsWith(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dbSizE > 5", "dbSizE > 5\n^ dbSizE: no such name; did you mean dbSize?")]
    [InlineData("dbSize\n= 5", "dbSize = 5\n       ^ = is not an operator; did you mean ==?")]
    [InlineData("\tdbSize = 5", " dbSize = 5\n        ^ = is not an operator; did you mean ==?")]
    [InlineData("dbSize >", "dbSize >\n        ^ " + Operand + "the end of the rule")]
    [InlineData("", "the rule is empty; give a condition such as dbSizeFree > 200M, or true for always")]
    public void The_message_shows_the_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<RuleException>(() => DefragRule.Parse(text)).Message);

    [Fact]
    public void Of_a_long_rule_the_message_shows_what_is_around_the_place()
    {
        var text = string.Concat(Enumerable.Repeat("dbSize > 5 or ", 20)) + "dbSize = 5";
        var lines = Assert.Throws<RuleException>(() => DefragRule.Parse(text)).Message.Split('\n');
        Assert.StartsWith("...", lines[0], StringComparison.Ordinal);
        Assert.Equal('=', lines[0][lines[1].IndexOf('^', StringComparison.Ordinal)]);
        Assert.True(lines[0].Length <= 82);
    }

    [Fact]
    public void Null_is_no_rule()
    {
        Assert.False(DefragRule.TryParse(null, out _, out var error));
        Assert.Contains("empty", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => DefragRule.Parse(null!));
    }
}
