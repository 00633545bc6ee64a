using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>The pages by their paths.</summary>
internal sealed class MetricsPages(MonitorMetrics metrics, MonitorReadiness readiness)
{
    public HttpReply Find(string path) => path switch
    {
        "/metrics" => new HttpReply(200, PrometheusPage.Write(metrics.Meter)) { ContentType = PrometheusPage.ContentType },
        "/healthz" => Probe(readiness.WhyNotAlive()),
        "/readyz" => Probe(readiness.WhyNotReady()),
        _ => HttpReply.Of(404, "The pages are /metrics, /healthz and /readyz."),
    };

    private static HttpReply Probe(string? problem) =>
        problem is null ? HttpReply.Of(200, "ok") : HttpReply.Of(503, DisplayText.Of(problem));
}
