using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads a configuration: JSON with comments. All problems are reported at once, each with its line and key.</summary>
internal static class ConfigurationReader
{
    /// <param name="utf8">The text.</param>
    /// <param name="file">The name of the text in problems.</param>
    /// <param name="configuration">The configuration; null if there are problems.</param>
    /// <returns>The problems, in the order of the text.</returns>
    public static IReadOnlyList<ConfigurationProblem> Read(ReadOnlySpan<byte> utf8, string file, out MonitorConfiguration? configuration)
    {
        configuration = null;
        var problems = new Problems(file);
        var text = utf8.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8;
        try
        {
            var whole = LocatedJson.Parse(text);
            configuration = problems.Read(whole, () => ReadWhole(whole, problems), null);
        }
        catch (JsonException notJson)
        {
            problems.Add(notJson);
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
}
