using System.Text;
using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads a configuration: JSON with comments. All problems are reported at once, each with its line and key.</summary>
internal static class ConfigurationReader
{
    /// <param name="bytes">The text: UTF-8, or UTF-16 with a byte order mark, which <c>&gt;</c> of Windows PowerShell writes.</param>
    /// <param name="file">The name of the text in problems.</param>
    /// <param name="configuration">The configuration; null if there are problems.</param>
    /// <returns>The problems, in the order of the text.</returns>
    public static IReadOnlyList<ConfigurationProblem> Read(ReadOnlySpan<byte> bytes, string file, out MonitorConfiguration? configuration)
    {
        configuration = null;
        var problems = new Problems(file);
        var text = ToUtf8(bytes);
        try
        {
            if (text.Length > 1 && text[..2].Contains((byte)0))
            {
                throw new JsonException("it holds zero bytes, as UTF-16 does. Save the file as UTF-8.");
            }

            var whole = LocatedJson.Parse(text);
            configuration = problems.Read(whole, () => ReadWhole(whole, problems), null);
        }
        catch (JsonException notJson)
        {
            problems.Add(notJson, JsonPath.FindRemedy(text, notJson));
        }

        var found = problems.ToList();
        configuration = found.Count == 0 ? configuration : null;
        return found;
    }

    private const string NoCheck =
        "without an interval and without defragOnStartup there would never be a check; \"enabled\": false turns the monitor off";

    private static MonitorConfiguration? ReadWhole(LocatedJson whole, Problems problems)
    {
        var read = Sections.Whole.Read(whole, new MonitorConfiguration { Clusters = [] }, problems);
        if (read is { CheckInterval.Ticks: 0, DefragOnStartup: false } && whole.Find("checkInterval") is { } interval)
        {
            problems.Add(interval, NoCheck);
        }

        return read with { Clusters = new ClusterReader(problems).ReadAll(whole) };
    }

    private static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..]
        : bytes.StartsWith(Encoding.Unicode.Preamble) ? Encoding.Convert(Encoding.Unicode, Encoding.UTF8, bytes[2..].ToArray())
        : bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)
            ? Encoding.Convert(Encoding.BigEndianUnicode, Encoding.UTF8, bytes[2..].ToArray())
        : bytes;
}
