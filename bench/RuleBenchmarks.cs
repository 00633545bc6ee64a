using BenchmarkDotNet.Attributes;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Bench;

/// <summary>Reading a rule once, and asking it often.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private readonly MemberFacts facts = new()
    {
        DbSize = 744L << 20,
        DbSizeInUse = 76L << 20,
        DbQuota = 4L << 30,
        Version = "3.5.9",
    };

    private DefragRule rule = DefragRule.Parse("true");

    /// <summary>A short rule, the original's own, and one that asks for nearly everything.</summary>
    [Params(
        "dbQuotaUsage > 0.8 || dbSizeFree > 200M",
        "dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200*1024*1024",
        "(dbQuotaUsage > 80% or fragmentedRatio > 45%) and dbSizeFree >= 100M and version >= 3.5.6 and not isLearner")]
    public string Text { get; set; } = "";

    [GlobalSetup]
    public void ReadRule() => rule = DefragRule.Parse(Text);

    [Benchmark]
    public DefragRule Parse() => DefragRule.Parse(Text);

    [Benchmark]
    public bool IsMatch() => rule.IsMatch(facts);

    [Benchmark]
    public PolicyVerdict Explain() => rule.Explain(facts);
}
