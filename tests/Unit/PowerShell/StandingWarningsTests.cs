using EtcdDefrag.Events;
using EtcdDefrag.PowerShell.Monitoring;

namespace EtcdDefrag.Unit.PowerShell;

/// <summary>Which of a run's warnings Start-EtcdDefragMonitor has given already.</summary>
public sealed class StandingWarningsTests
{
    private readonly StandingWarnings _warnings = new();

    [Fact]
    public void A_members_risk_is_the_same_whatever_its_numbers_are()
    {
        Assert.True(IsNew("one", "QuotaNearlyFull", "10.0.0.1:2379", "810 MiB are used."));
        Assert.False(IsNew("one", "QuotaNearlyFull", "10.0.0.1:2379", "811 MiB are used."));
        Assert.True(IsNew("one", "QuotaNearlyFull", "10.0.0.2:2379", "810 MiB are used."));
        Assert.True(IsNew("one", "LongPause", "10.0.0.1:2379", "810 MiB are used."));
        Assert.True(IsNew("two", "QuotaNearlyFull", "10.0.0.1:2379", "810 MiB are used."));
    }

    [Fact]
    public void A_clusters_risk_is_what_its_text_says()
    {
        Assert.True(IsNew("one", "MetricsUnreadable", "", "m1"));
        Assert.False(IsNew("one", "MetricsUnreadable", "", "m1"));
        Assert.True(IsNew("one", "MetricsUnreadable", "", "m1, m2"));
    }

    private bool IsNew(string cluster, string rule, string endpoint, string message) => _warnings.IsNew(new EtcdMonitorEvent
    {
        At = DateTimeOffset.UnixEpoch,
        Level = EtcdMonitorLevel.Warning,
        Event = "RunWarned",
        Cluster = cluster,
        Endpoint = endpoint,
        Message = message,
        Reason = rule,
    });
}
