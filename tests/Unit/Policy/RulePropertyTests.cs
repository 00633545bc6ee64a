using EtcdDefrag.Policy;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdDefrag.Unit.Policy;

public class RulePropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(12);

    private static readonly RuleTree[] Numbers =
    [
        new Leaf("dbSize", f => (double)f.DbSize),
        new Leaf("db_total_size", f => (double)f.DbSize),
        new Leaf("db_size_in_use", f => (double)f.DbSizeInUse),
        new Leaf("dbSizeFree", f => (double)(f.DbSize - f.DbSizeInUse)),
        new Leaf("raftLag", f => (double)f.RaftLag),
        new Leaf("0", _ => 0d),
        new Leaf("1", _ => 1d),
        new Leaf("2.5", _ => 2.5),
        new Leaf("4K", _ => 4096d),
        new Leaf("1kib", _ => 1024d),
        new Leaf("(45%)", _ => 0.45),
        new Leaf("1e3", _ => 1000d),
    ];

    private static readonly RuleTree[] Conditions =
    [
        new Leaf("true", _ => true),
        new Leaf("False", _ => false),
        new Leaf("isLeader", f => f.IsLeader),
        new Leaf("isLearner", f => f.IsLearner),
        new Leaf("hasNoSpaceAlarm", f => f.HasNoSpaceAlarm),
    ];

    // Small numbers, so that they meet: equalities and zeros are where mistakes hide.
    private static readonly Gen<MemberFacts> Facts =
        from size in Gen.Choose(0, 6000)
        from inUse in Gen.Choose(0, 6000)
        from lag in Gen.Choose(0, 3)
        from flags in Gen.Choose(0, 7)
        select new MemberFacts
        {
            DbSize = size,
            DbSizeInUse = Math.Min(size, inUse),
            RaftLag = (ulong)lag,
            IsLeader = (flags & 1) != 0,
            IsLearner = (flags & 2) != 0,
            HasNoSpaceAlarm = (flags & 4) != 0,
        };

    private static readonly Gen<(RuleTree Tree, MemberFacts Facts, int Spelling)> Cases =
        from tree in Gen.Sized(size => Condition(size))
        from facts in Facts
        from spelling in Gen.Choose(0, 1_000_000)
        select (tree, facts, spelling);

    [Fact]
    public void A_second_evaluation_gives_the_same() => Check.One(Many, Prop.ForAll(Cases.ToArbitrary(), one =>
    {
        var rule = DefragRule.Parse(one.Tree.Print(one.Spelling));
        return Answer(() => rule.IsMatch(one.Facts)).Equals(Answer(() => (bool)one.Tree.Evaluate(one.Facts)), StringComparison.Ordinal);
    }));

    [Fact]
    public void Printing_and_reading_again_gives_the_same() => Check.One(Many, Prop.ForAll(Cases.ToArbitrary(), one =>
    {
        var rule = DefragRule.Parse(one.Tree.Print(one.Spelling));
        var again = DefragRule.Parse(rule.ToString());
        return rule.ToString() == again.ToString()
            && Answer(() => rule.IsMatch(one.Facts)) == Answer(() => again.IsMatch(one.Facts));
    }));

    [Fact]
    public void Spelling_and_spare_parentheses_make_no_difference() => Check.One(Many, Prop.ForAll(Cases.ToArbitrary(), one =>
        DefragRule.Parse(one.Tree.Print(one.Spelling)).ToString() == DefragRule.Parse(one.Tree.Print(1)).ToString()));

    [Fact]
    public void The_explanation_agrees_with_the_answer() => Check.One(Many, Prop.ForAll(Cases.ToArbitrary(), one =>
    {
        var rule = DefragRule.Parse(one.Tree.Print(one.Spelling));
        return Answer(() => rule.IsMatch(one.Facts)) == Answer(() => rule.Explain(one.Facts).IsMatch);
    }));

    private static string Answer(Func<bool> ask)
    {
        try
        {
            return ask() ? "yes" : "no";
        }
        catch (Exception error) when (error is RuleEvaluationException or DivideByZeroException)
        {
            return "error";
        }
    }

    private static Gen<RuleTree> Number(int size) => size <= 0
        ? Gen.Elements(Numbers)
        : Gen.OneOf(
            Gen.Elements(Numbers),
            Number(size / 2).Select(RuleTree (operand) => new Minus(operand)),
            Join(["+", "-", "*", "/", "%"], Number(size / 2)));

    private static Gen<RuleTree> Condition(int size) => size <= 0
        ? Gen.Elements(Conditions)
        : Gen.OneOf(
            Gen.Elements(Conditions),
            Condition(size / 2).Select(RuleTree (operand) => new Not(operand)),
            Join(["<", "<=", ">", ">=", "==", "!="], Number(size / 2)),
            Join(["==", "!="], Condition(size / 2)),
            Join(["&&", "||"], Condition(size / 2)),
            Join(["&&", "||"], Condition(size / 2)));

    private static Gen<RuleTree> Join(string[] signs, Gen<RuleTree> part) =>
        from sign in Gen.Elements(signs)
        from left in part
        from right in part
        select (RuleTree)new Binary(sign, left, right);
}
