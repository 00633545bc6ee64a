using EtcdDefrag.Policy;
using EtcdDefrag.Policy.Language;

namespace EtcdDefrag.Unit.Policy;

public class RuleLimitTests
{
    [Theory]
    [InlineData("!", "true")]
    [InlineData("(", "true")]
    [InlineData("-", "5")]
    [InlineData("not ", "true")]
    [InlineData("-not ", "true")]
    [InlineData("!(", "true")]
    [InlineData("1-(", "1")]
    public void Nesting_without_end_is_refused(string opening, string inner)
    {
        var text = string.Concat(Enumerable.Repeat(opening, RuleParser.MaxLength / opening.Length - 8)) + inner;
        Assert.False(DefragRule.TryParse(text, out _, out var error));
        Assert.Equal("parentheses and signs are nested more than 64 deep", error.Problem);
    }

    [Fact]
    public void Nesting_up_to_the_limit_is_read()
    {
        Assert.True(DefragRule.TryParse(new string('(', 64) + "true" + new string(')', 64), out _, out _));
        Assert.False(DefragRule.TryParse(new string('(', 65) + "true" + new string(')', 65), out _, out var error));
        Assert.Equal(64, error.Position);
    }

    [Fact]
    public void Length_has_a_limit()
    {
        Assert.True(DefragRule.TryParse("true" + new string(' ', 4092), out _, out _));
        Assert.False(DefragRule.TryParse("true" + new string(' ', 4093), out _, out var error));
        Assert.Equal("a rule has at most 4096 characters", error.Problem);
        Assert.False(DefragRule.TryParse(new string('x', 10_000_000), out _, out error));
        Assert.True(error.Message.Length < 300);
    }

    [Theory]
    [InlineData("true or ", "true")]
    [InlineData("false or ", "true")]
    [InlineData("1+", "1>0")]
    [InlineData("true==", "true")]
    public void The_longest_chain_fits_a_small_stack(string link, string end)
    {
        // One operator may be in the end already.
        var text = string.Concat(Enumerable.Repeat(link, RuleParser.MaxOperators - 1)) + end;
        var isMatch = false;
        var thread = new Thread(
            () =>
            {
                var rule = DefragRule.Parse(text);
                isMatch = rule.Explain(RuleMembers.Fragmented).IsMatch && rule.ToString().Length >= text.Length;
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.True(isMatch);
    }

    [Theory]
    [InlineData("true or ", "true", 5)]
    [InlineData("1+", "1>0", 1)]
    public void A_longer_chain_is_refused(string link, string end, int position)
    {
        var text = string.Concat(Enumerable.Repeat(link, RuleParser.MaxOperators + 1)) + end;
        Assert.False(DefragRule.TryParse(text, out _, out var error));
        Assert.Equal("a rule has at most 256 operators", error.Problem);
        Assert.Equal((link.Length * RuleParser.MaxOperators) + position, error.Position);
    }

    [Fact]
    public void A_million_random_texts_are_read_or_refused()
    {
        // So many exceptions are thrown on the way that more threads would only wait for each other.
        Assert.InRange(CountRules(new Random(20_240_817), 1_000_000), 50_000, 900_000);
    }

    [Fact]
    public void Asking_a_rule_allocates_nothing()
    {
        var rules = new[]
        {
            "dbQuotaUsage > 80% or dbSizeFree > 200M",
            "version >= 3.5.6 and not (isLeader == isLearner) and dbSize % 10 << 2 < 1e9 and raftLag < 5",
            "(dbSize - dbSizeInUse) / dbSize * 100 >= 45.0 && hasNoSpaceAlarm || fragmentedRatio > 0.1",
        }.Select(DefragRule.Parse).ToArray();
        Ask(rules, 10_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(rules, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Ask(DefragRule[] rules, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var rule in rules)
            {
                rule.IsMatch(RuleMembers.Fragmented);
            }
        }
    }

    private static readonly string[] Alphabet =
    [
        "dbSize", "dbQuota", "dbQuotaUsage", "isLeader", "version", "3.5.6", "3.5", "1", "0", "200M", "45%", "0x1F", "017", "1e9", "true",
        "false", " ", " ", " ", "(", ")", "+", "-", "*", "/", "%", "**", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "!",
        " and ", " or ", " not ", " -gt ", "-not ", ".", "_", "=", "//", "/*", "*/", "dbSizE", "\t", "\0", "%", "Ki",
    ];

    private static int CountRules(Random random, int texts)
    {
        var rules = 0;
        for (var i = 0; i < texts; i++)
        {
            rules += Survives(i % 4 == 0 ? RandomCharacters(random) : RandomTokens(random)) ? 1 : 0;
        }

        return rules;
    }

    private static string RandomTokens(Random random)
    {
        // Most begin as rules do, so that the parser gets further than one token.
        var text = random.Next(4) == 0 ? "" : "dbSize > 1";
        for (var count = random.Next(5); count > 0; count--)
        {
            text += Alphabet[random.Next(Alphabet.Length)];
        }

        return text;
    }

    private static string RandomCharacters(Random random) => string.Create(random.Next(12), random, static (span, source) =>
    {
        foreach (ref var c in span)
        {
            c = (char)(source.Next(8) == 0 ? source.Next(0x10000) : source.Next(0x80));
        }
    });

    private static bool Survives(string text)
    {
        try
        {
            var rule = DefragRule.Parse(text);
            _ = rule.IsMatch(RuleMembers.Fragmented);
            return true;
        }
        catch (RuleException error)
        {
            Assert.InRange(error.Position, 0, text.Length);
            return false;
        }
        catch (RuleEvaluationException)
        {
            return true;
        }
    }
}
