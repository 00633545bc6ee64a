using System.Globalization;
using EtcdDefrag.Monitoring.Telling;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Events as lines for people.</summary>
internal static class EventText
{
    /// <summary>A line for a terminal or a file: time, level, sentence.</summary>
    public static string Plain(EtcdMonitorEvent told) => string.Create(
        CultureInfo.InvariantCulture, $"{told.At.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'} {Level(told.Level),-7} {Sentence(told)}");

    /// <summary>A line for journald, which knows the time itself, and takes the level from the number in front (sd-daemon(3)).</summary>
    public static string Journal(EtcdMonitorEvent told) =>
        string.Create(CultureInfo.InvariantCulture, $"<{Priority(told.Level)}>{Sentence(told)}");

    /// <summary>The sentence, with the cluster that it is about.</summary>
    public static string Sentence(EtcdMonitorEvent told) => told.Cluster.Length > 0 ? $"{told.Cluster}: {told.Message}" : told.Message;

    /// <summary>The level's name, which is also the JSON's.</summary>
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
