using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace EtcdDefrag.Cli.Monitoring.Metrics;

/// <summary>
/// A meter's observable instruments in Prometheus' text format 0.0.4. Names follow OpenTelemetry's rules for Prometheus, so that they are
/// the same with an OpenTelemetry exporter.
/// </summary>
internal static class PrometheusPage
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(Meter meter)
    {
        var page = new StringBuilder();
        foreach (var (instrument, samples) in Read(meter))
        {
            var name = NameOf(instrument);
            page.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Description ?? "")).Append('\n');
            page.Append("# TYPE ").Append(name).Append(IsCounter(instrument) ? " counter\n" : " gauge\n");
            foreach (var (value, labels) in samples)
            {
                page.Append(name).Append(labels).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return page.ToString();
    }

    /// <summary>The name with the unit and, for a counter, <c>total</c>.</summary>
    public static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            "1" when !IsCounter(instrument) => "_ratio",
            _ => "",
        };
        return instrument.Name.Replace('.', '_') + unit + (IsCounter(instrument) ? "_total" : "");
    }

    private static IEnumerable<(Instrument Instrument, List<(double Value, string Labels)> Samples)> Read(Meter meter)
    {
        var found = new List<(Instrument Instrument, List<(double, string)> Samples)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                var samples = new List<(double, string)>();
                found.Add((instrument, samples));
                listening.EnableMeasurementEvents(instrument, samples);
            }
        };
        listener.SetMeasurementEventCallback<double>(
            (_, value, labels, samples) => ((List<(double, string)>)samples!).Add((value, Write(labels))));
        listener.Start();
        listener.RecordObservableInstruments();
        return found.OrderBy(f => f.Instrument.Name, StringComparer.Ordinal);
    }

    private static bool IsCounter(Instrument instrument) => instrument is ObservableCounter<double>;

    private static string Write(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach (var (key, value) in labels)
        {
            var escaped = Escape($"{value}").Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Append(text.Length > 1 ? "," : "").Append(key).Append("=\"").Append(escaped).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
