using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Reporting;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>The pages by their paths.</summary>
internal sealed class MetricsPages(MonitorMetrics metrics, MonitorReadiness readiness, ReportHistory history, TimeProvider time)
{
    /// <summary>How often a browser fetches the page for people again, in seconds.</summary>
    private const int RefreshSeconds = 30;

    public HttpReply Find(string path) => path switch
    {
        "/" => new HttpReply(200, DefragReportPage.Write("etcd-defrag monitor", history.Items, time.GetUtcNow()))
        {
            ContentType = "text/html; charset=utf-8",
            Header = $"Content-Security-Policy: {HtmlPage.SecurityPolicy}; frame-ancestors 'none'\r\nRefresh: {RefreshSeconds}\r\n",
        },
        "/metrics" => new HttpReply(200, PrometheusPage.Write(metrics.Meter)) { ContentType = PrometheusPage.ContentType },
        "/healthz" => Probe(readiness.WhyNotAlive()),
        "/readyz" => Probe(readiness.WhyNotReady()),
        _ => HttpReply.Of(404, "The pages are /, /metrics, /healthz and /readyz."),
    };

    private static HttpReply Probe(string? problem) =>
        problem is null ? HttpReply.Of(200, "ok") : HttpReply.Of(503, DisplayText.Of(problem));
}
