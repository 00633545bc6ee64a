using System.Globalization;
using EtcdDefrag.Events;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Events as lines for people.</summary>
internal static class EventText
{
    /// <summary>A line for a terminal or a file: time, level, message.</summary>
    public static string Plain(EtcdMonitorEvent entry) => string.Create(
        CultureInfo.InvariantCulture, $"{entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'} {Level(entry.Level),-7} {Message(entry)}");

    /// <summary>A line for journald, which adds the time and reads the level from the number in front (sd-daemon(3)).</summary>
    public static string Journal(EtcdMonitorEvent entry) =>
        string.Create(CultureInfo.InvariantCulture, $"<{Priority(entry.Level)}>{Message(entry)}");

    /// <summary>The message, with the cluster in front.</summary>
    public static string Message(EtcdMonitorEvent entry) => entry.Cluster.Length > 0 ? $"{entry.Cluster}: {entry.Message}" : entry.Message;

    public static string Level(EtcdMonitorLevel level) => level switch
    {
        EtcdMonitorLevel.Debug => "debug",
        EtcdMonitorLevel.Information => "info",
        EtcdMonitorLevel.Warning => "warning",
        _ => "error",
    };

    private static int Priority(EtcdMonitorLevel level) => level switch
    {
        EtcdMonitorLevel.Debug => 7,
        EtcdMonitorLevel.Information => 6,
        EtcdMonitorLevel.Warning => 4,
        _ => 3,
    };
}
