using EtcdDefrag.Execution;

namespace EtcdDefrag.Containers.Support;

/// <summary>The two ends of a run that tests expect.</summary>
internal static class Outcomes
{
    /// <summary>Every member was defragmented, and nothing else that was asked for failed.</summary>
    public static void AssertAllDefragmented(DefragReport report)
    {
        Assert.True(report.IsSuccess, $"{report.Refusal} {string.Join('\n', report.Failures)} {string.Join('\n', report.Results)}");
        Assert.Equal(3, report.Results.Count);
        Assert.All(report.Results, r => Assert.Equal(EtcdDefragOutcome.Defragmented, r.Outcome));
    }

    /// <summary>The first member's turn ended so, and no other member had one.</summary>
    public static void AssertFirstOnly(DefragReport report, EtcdDefragOutcome first) => Assert.Equal(
        [first, EtcdDefragOutcome.NotAttempted, EtcdDefragOutcome.NotAttempted], report.Results.Select(r => r.Outcome));
}
