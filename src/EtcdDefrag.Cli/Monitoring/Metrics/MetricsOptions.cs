using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>Where a monitor's metrics are to be had. Nowhere, unless it is said.</summary>
internal static class MetricsOptions
{
    private static readonly Option<IPEndPoint?> Address = new("--metrics-address")
    {
        Description = "Serve /metrics, /healthz and /readyz over HTTP, for example on 127.0.0.1:2390. A port alone means 127.0.0.1.",
        HelpName = "ip:port",
        CustomParser = ReadAddress,
    };

    private static readonly Option<string?> File = new("--metrics-file")
    {
        Description = "Write the metrics into this file, for the textfile collector of Prometheus' node_exporter.",
        HelpName = "path.prom",
    };

    public static void AddTo(Command command)
    {
        File.Validators.Add(CheckFile);
        command.Options.Add(Address);
        command.Options.Add(File);
    }

    /// <summary>Where to listen; null for nowhere.</summary>
    public static IPEndPoint? AddressOf(ParseResult parsed) => parsed.GetValue(Address);

    /// <summary>The file to write; null for none.</summary>
    public static string? FileOf(ParseResult parsed) => parsed.GetValue(File);

    /// <summary>Reads an address. Only an address that is written out is any other than 127.0.0.1.</summary>
    public static bool TryRead(string text, out IPEndPoint? address)
    {
        var isPort = ushort.TryParse(text.StartsWith(':') ? text[1..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        address = isPort ? new IPEndPoint(IPAddress.Loopback, port) : null;
        return (isPort || IPEndPoint.TryParse(text, out address)) && address is { Port: > 0 };
    }

    private static IPEndPoint? ReadAddress(ArgumentResult argument)
    {
        var text = argument.Tokens.Count > 0 ? argument.Tokens[0].Value : "";
        if (TryRead(text, out var address))
        {
            return address;
        }

        argument.AddError($"'{text}' is no address to listen on; write 127.0.0.1:2390, or 0.0.0.0:2390 to be reachable from other machines.");
        return null;
    }

    private static void CheckFile(OptionResult result)
    {
        if (result.GetValueOrDefault<string?>() is { } path && !path.EndsWith(".prom", StringComparison.Ordinal))
        {
            result.AddError($"--metrics-file {path}: the textfile collector reads only files whose names end with .prom.");
        }
    }
}
