using EtcdDefrag.Events;
using EtcdDefrag.Monitoring.Configuration;

namespace EtcdDefrag.Monitoring.Events;

/// <summary>Something that happened in a monitor. The events of one cluster come in the order in which things happened.</summary>
internal abstract record MonitorEvent(DateTimeOffset At) : DescribedEvent(At)
{
    public abstract override EtcdMonitorEvent[] Describe();
}

/// <summary>A configuration has taken effect. <paramref name="File"/> is empty if it comes from parameters.</summary>
internal sealed record ConfigurationInForce(DateTimeOffset At, string File, bool IsReload, IReadOnlyList<string> Clusters)
    : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe()
    {
        var watching = File.Length == 0 ? "Watching" : $"{File} {(IsReload ? "has been reloaded" : "is in force")}: watching";
        var clusters = $"{Count(Clusters.Count, "cluster", "clusters")}: {string.Join(", ", Clusters)}";
        return [InformationEntry($"{watching} {clusters}.") with { File = File }];
    }
}

/// <summary>The file has changed and cannot be used; the previous configuration stays in force. Repeated on request.</summary>
internal sealed record ConfigurationRefused(DateTimeOffset At, string File, IReadOnlyList<ConfigurationProblem> Problems) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() => [.. Problems.Select(Describe)];

    private EtcdMonitorEvent Describe(ConfigurationProblem problem) =>
        ErrorEntry($"{problem} (The previous configuration stays in force.)") with
        {
            File = problem.File,
            Line = problem.Line > 0 ? problem.Line : null,
            Reason = problem.Key.Length > 0 ? $"{problem.Key}: {problem.Reason}" : problem.Reason,
        };
}

/// <summary>The file is gone; the previous configuration stays in force. Reported once until it is back, and on request.</summary>
internal sealed record ConfigurationMissing(DateTimeOffset At, string File) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [WarningEntry($"{File} is gone; the previous configuration stays in force until it is back.") with { File = File }];
}

/// <summary>The file was read because its text has changed or a look was asked for, and its content is in force already.</summary>
internal sealed record ConfigurationUnchanged(DateTimeOffset At, string File) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry($"{File} says what is already in force; nothing changes.") with { File = File }];
}

internal sealed record MonitorDisabled(DateTimeOffset At) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() =>
        [InformationEntry("The configuration turns the monitor off: nothing is checked until it is turned on again.")];
}

internal sealed record MonitorEnabled(DateTimeOffset At) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() => [InformationEntry("The configuration turns the monitor on again.")];
}

/// <summary>The monitor was told to stop. It starts no further member, and waits for the current one for a bounded time.</summary>
internal sealed record MonitorStopping(DateTimeOffset At) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() => [InformationEntry("Stopping: no further member will be defragmented.")];
}

/// <summary>The monitor has ended; the last event.</summary>
internal sealed record MonitorStopped(DateTimeOffset At) : MonitorEvent(At)
{
    public override EtcdMonitorEvent[] Describe() => [InformationEntry("Stopped.")];
}
