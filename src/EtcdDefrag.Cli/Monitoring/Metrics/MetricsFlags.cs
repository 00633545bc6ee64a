using System.Globalization;
using System.Net;
using EtcdDefrag.Cli.Flags;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>The flags of the metrics, which are off by default.</summary>
internal static class MetricsFlags
{
    public static readonly Flag<IPEndPoint?> Address = new("metrics-address", ReadAddress, null)
    {
        Description = "Serve /metrics, /healthz and /readyz over HTTP, for example on 127.0.0.1:2390. A port alone means 127.0.0.1.",
        ValueName = "ip:port",
    };

    public static readonly Flag<string?> File = new("metrics-file", ReadFile, null)
    {
        Description = "Write the metrics to this file, for the textfile collector of Prometheus' node_exporter.",
        ValueName = "path.prom",
        FileEndings = ["prom"],
    };

    /// <summary>A port alone means 127.0.0.1.</summary>
    public static bool TryRead(string text, out IPEndPoint? address)
    {
        var digits = text.StartsWith(':') ? text[1..] : text;
        var isPort = ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        address = isPort ? new IPEndPoint(IPAddress.Loopback, port) : null;
        return (isPort || IPEndPoint.TryParse(text, out address)) && address is { Port: > 0 };
    }

    private static IPEndPoint? ReadAddress(string text) => TryRead(text, out var address)
        ? address
        : throw new FormatException(
            "is not an address to listen on; write 127.0.0.1:2390, or 0.0.0.0:2390 to be reachable from other machines");

    private static string? ReadFile(string text) => text.EndsWith(".prom", StringComparison.Ordinal)
        ? text
        : throw new FormatException("does not end with .prom, and the textfile collector reads only files that do");
}
