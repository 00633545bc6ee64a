using System.Text.Json;

namespace EtcdDefrag.Monitoring.Configuration;

/// <summary>Reads a configuration: JSON with comments. Everything that is wrong is told at once, each with its line and key.</summary>
internal static class ConfigurationReader
{
    /// <summary>Reads a text.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <param name="file">What to call it in problems.</param>
    /// <param name="configuration">The configuration; null where there are problems.</param>
    /// <returns>The problems, in the order of the text; none where the configuration can be used.</returns>
    public static IReadOnlyList<ConfigurationProblem> Read(ReadOnlySpan<byte> utf8, string file, out MonitorConfiguration? configuration)
    {
        configuration = null;
        var problems = new Problems(file);
        var text = utf8.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8;
        try
        {
            var whole = LocatedJson.Parse(text);
            var read = ReadWhole(whole, problems);
            configuration = problems.All.Count == 0 ? read : null;
        }
        catch (JsonException notJson)
        {
            problems.Add(notJson);
        }

        return problems.All;
    }

    private static MonitorConfiguration ReadWhole(LocatedJson whole, Problems problems)
    {
        var read = Sections.Whole.Read(whole, new MonitorConfiguration { Clusters = [] }, problems);
        if (whole.Kind != JsonTokenType.StartObject)
        {
            return read;
        }

        if (read is { CheckInterval.Ticks: 0, DefragOnStartup: false } && whole.Find("checkInterval") is { } interval)
        {
            problems.Add(interval, "without an interval and without defragOnStartup there would never be a check; \"enabled\": false turns the monitor off");
        }

        return read with { Clusters = ClusterBuilder.ReadAll(whole, problems) };
    }
}
