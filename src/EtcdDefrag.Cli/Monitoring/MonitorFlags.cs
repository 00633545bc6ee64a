using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Monitoring.Metrics;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>The flags of the monitor alone; --dry-run is shared with other commands.</summary>
internal static class MonitorFlags
{
    public static readonly Flag<string?> Config = new("config", FlagText.ReadFile, null)
    {
        Description = "The configuration file, which is required: JSON with comments, see docs/monitoring.md. "
            + "Read again when it changes, and at once on SIGHUP.",
        ValueName = "file",
        FileEndings = ["json", "jsonc"],
    };

    /// <summary>Whether events are written as JSON.</summary>
    public static readonly Flag<bool> Output = new("output", ReadForm, false)
    {
        Description = "How events are written to standard output: text, or json (one object per line).",
        ValueName = "form",
        Default = "text",
        Letter = 'w',
        Choices = [new("text", "a line for people"), new("json", "one object a line")],
    };

    public static IReadOnlyList<Flag> All { get; } = [Config, Output, MetricsFlags.Address, MetricsFlags.File];

    private static bool ReadForm(string text) => text switch
    {
        "text" => false,
        "json" => true,
        _ => throw new FormatException($"is not an output format; known are text, json"),
    };
}
