using EtcdDefrag.Cli.Output;
using EtcdDefrag.Events;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Writes events to a stream, each line at once.</summary>
internal sealed class EventWriter(LineOutput output, Action<EtcdMonitorEvent> write) : IMonitorObserver
{
    /// <summary>
    /// Chooses the form. systemd sets the two variables for services whose output goes to the journal, and also for a terminal that it
    /// has started.
    /// </summary>
    public static EventWriter Create(LineOutput output, bool isJson, bool isTerminal, Func<string, string?> read)
    {
        var isForJournal = !isTerminal && (!string.IsNullOrEmpty(read("JOURNAL_STREAM")) || !string.IsNullOrEmpty(read("INVOCATION_ID")));
        Func<EtcdMonitorEvent, string> line = isForJournal ? EventText.Journal : EventText.Plain;
        return new EventWriter(output, isJson ? e => output.WriteJson(EventJson.Write(e)) : e => output.WriteLine(line(e)));
    }

    public Task OnEventAsync(MonitorEvent monitorEvent, IReadOnlyList<EtcdMonitorEvent> entries)
    {
        foreach (var entry in entries)
        {
            write(entry);
        }

        if (output.Failure is { } failure)
        {
            throw new EventOutputException(failure);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Events cannot be written, as on a full disk. A monitor whose events nobody sees must not go on.</summary>
internal sealed class EventOutputException(Exception innerException)
    : Exception($"Standard output cannot be written, so the monitor has ended: {innerException.Message}", innerException);
