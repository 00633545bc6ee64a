using System.Diagnostics;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Bench;

/// <summary>Reading a rule once, and asking it often.</summary>
internal static class RuleTimes
{
    private const int Rounds = 20_000;

    private static readonly MemberFacts Facts = new() { DbSize = 744L << 20, DbSizeInUse = 76L << 20, DbQuota = 4L << 30, Version = "3.5.9" };

    public static Task MeasureAsync(BenchReport report)
    {
        report.Section("Rules", "One member judged by one rule, in a process that has warmed up.");
        string[] rules =
        [
            "dbQuotaUsage > 0.8 || dbSizeFree > 200M",
            "dbSize > dbQuota*80/100 && dbSize - dbSizeInUse > 200*1024*1024",
            "(dbQuotaUsage > 80% or fragmentedRatio > 45%) and dbSizeFree >= 100M and version >= 3.5.6 and not isLearner",
        ];
        report.Table(["rule", "read, µs", "asked, µs", "explained, µs"], rules.Select(text =>
        {
            var rule = DefragRule.Parse(text);
            return new[]
            {
                $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`",
                Time(() => DefragRule.Parse(text)),
                Time(() => rule.IsMatch(Facts)),
                Time(() => rule.Explain(Facts)),
            };
        }));
        return Task.CompletedTask;
    }

    private static string Time(Action action)
    {
        var samples = new double[7];
        for (var sample = -1; sample < samples.Length; sample++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Rounds; i++)
            {
                action();
            }

            // The first round warms up.
            samples[Math.Max(0, sample)] = Stopwatch.GetElapsedTime(started).TotalMicroseconds / Rounds;
        }

        return BenchReport.Number(BenchReport.Median(samples), "0.00");
    }
}
