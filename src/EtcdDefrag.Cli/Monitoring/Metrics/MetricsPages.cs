using EtcdDefrag.Monitoring.Metrics;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>What is found at each path.</summary>
internal sealed class MetricsPages(MonitorMetrics metrics, MonitorReadiness readiness)
{
    /// <summary>Answers for a path, without its query.</summary>
    public HttpReply Find(string path) => path switch
    {
        "/metrics" => new HttpReply(200, PrometheusPage.Write(metrics.Meter)) { ContentType = PrometheusPage.ContentType },
        "/healthz" => Tell(readiness.IsAlive()),
        "/readyz" => Tell(readiness.IsReady()),
        _ => HttpReply.Of(404, "Here are /metrics, /healthz and /readyz."),
    };

    private static HttpReply Tell((bool Holds, string Reason) state) => state.Holds ? HttpReply.Of(200, "ok") : HttpReply.Of(503, DisplayText.Of(state.Reason));
}
