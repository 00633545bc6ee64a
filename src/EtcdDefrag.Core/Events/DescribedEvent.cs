using System.Globalization;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Events;

/// <summary>Something that happened. It describes itself, so that every front reports it with the same level and words.</summary>
internal abstract record DescribedEvent(DateTimeOffset At)
{
    /// <summary>What to report: usually one entry; none where another event reports the same.</summary>
    public virtual EtcdMonitorEvent[] Describe() => [];

    protected EtcdMonitorEvent DebugEntry(string message) => Entry(EtcdMonitorLevel.Debug, message);

    protected EtcdMonitorEvent InformationEntry(string message) => Entry(EtcdMonitorLevel.Information, message);

    protected EtcdMonitorEvent WarningEntry(string message) => Entry(EtcdMonitorLevel.Warning, message);

    protected EtcdMonitorEvent ErrorEntry(string message) => Entry(EtcdMonitorLevel.Error, message);

    /// <summary>The entry's name is the type's, as in docs/monitoring.md.</summary>
    protected virtual EtcdMonitorEvent Entry(EtcdMonitorLevel level, string message) =>
        new() { At = At, Level = level, Event = GetType().Name, Message = message };

    protected static string Member(EtcdDefragStep step) => Member(step.Endpoint, step.Name, step.IsLeader);

    protected static string Member(EtcdDefragResult result) => Member(result.Endpoint, result.Name, result.IsLeader);

    protected static string Size(long? bytes) => bytes is null ? "an unknown size" : Units.Size(bytes);

    protected static string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");

    private static string Member(string endpoint, string name, bool isLeader)
    {
        string[] details = [name, isLeader ? "leader" : ""];
        var known = string.Join(", ", details.Where(d => d.Length > 0));
        return known.Length == 0 ? endpoint : $"{endpoint} ({known})";
    }
}
