using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EtcdDefrag.Bench;

/// <summary>The document, section by section.</summary>
internal sealed class BenchReport(BenchSettings settings)
{
    /// <summary>From here on a document is written by hand, and kept.</summary>
    private const string Findings = "\n## What was found";

    private readonly StringBuilder _text = new();

    public void Section(string title, string how)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{how}\n\n");
        Console.Error.WriteLine(title);
    }

    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        Line($"| {string.Join(" | ", heads)} |");
        Line($"|{string.Concat(heads.Select(_ => "---|"))}");
        foreach (var row in rows)
        {
            Line($"| {string.Join(" | ", row)} |");
        }
    }

    public void Line(string line)
    {
        _text.Append(line).Append('\n');
        Console.Error.WriteLine(line);
    }

    /// <summary>The median with the smallest and the largest value.</summary>
    public static string Spread(IEnumerable<double> values, string format = "0")
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? "-" : string.Create(
            CultureInfo.InvariantCulture,
            $"{Median(sorted).ToString(format, CultureInfo.InvariantCulture)} ({sorted[0].ToString(format, CultureInfo.InvariantCulture)} to {sorted[^1].ToString(format, CultureInfo.InvariantCulture)})");
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static string Number(double value, string format = "0") => value.ToString(format, CultureInfo.InvariantCulture);

    public async Task WriteAsync()
    {
        var text = Head() + _text;
        if (settings.Output is { } file)
        {
            var before = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
            var findings = before.IndexOf(Findings, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, findings < 0 ? text : text + before[findings..]);
        }
        else
        {
            Console.Write(text);
        }
    }

    private string Head()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?"
            : "?";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Benchmarks

            Written by `dotnet run -c Release --project bench -- all --output docs/benchmarks.md` (see [bench](../bench/README.md)). Figures are medians, with the smallest and the largest in
            parentheses. What is compared was run in turns, and a ratio is the median of the ratios of the pairs.

            | | |
            |---|---|
            | machine | {Environment.ProcessorCount} cores, {memory} GiB, {cpu}, {RuntimeInformation.RuntimeIdentifier} |
            | etcd | {WholeProcess.EtcdVersion ?? "not started"} |
            | etcd-defrag | this one, native{(settings.Ours.Length > 0 ? $", {new FileInfo(settings.Ours).Length / 1e6:0.0} MB" : "")} |
            | etcdctl | {(settings.Etcdctl is null ? "not found, left out" : "that of the same release")} |
            | etcd-defrag (Go) | {(settings.Peer is null ? "not found, left out" : "ahrtr/etcd-defrag 0.42.0")} |

            """);
    }
}
