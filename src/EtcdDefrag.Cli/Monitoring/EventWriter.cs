using EtcdDefrag.Monitoring;
using EtcdDefrag.Monitoring.Telling;

namespace EtcdDefrag.Cli.Monitoring;

/// <summary>Writes events to a stream, each line at once.</summary>
internal sealed class EventWriter(TextWriter output, Func<EtcdMonitorEvent, string> write) : IMonitorObserver
{
    /// <summary>
    /// Chooses the form. systemd sets the two variables for services whose output goes to the journal; a terminal that it has started
    /// has them too.
    /// </summary>
    public static EventWriter Create(TextWriter output, bool isJson, bool isTerminal, Func<string, string?> read)
    {
        var isForJournal = !isTerminal && (!string.IsNullOrEmpty(read("JOURNAL_STREAM")) || !string.IsNullOrEmpty(read("INVOCATION_ID")));
        return new EventWriter(output, isJson ? EventJson.Write : isForJournal ? EventText.Journal : EventText.Plain);
    }

    public async Task OnEventAsync(MonitorEvent happened, IReadOnlyList<EtcdMonitorEvent> told)
    {
        try
        {
            foreach (var one in told)
            {
                await output.WriteLineAsync(write(one)).ConfigureAwait(false);
            }

            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new EventOutputException(failure);
        }
    }
}

/// <summary>Events cannot be written, as on a full disk. A monitor that nobody hears of must not go on.</summary>
/// <param name="innerException">Why.</param>
internal sealed class EventOutputException(IOException innerException)
    : Exception($"Standard output cannot be written, so the monitor has ended: {innerException.Message}", innerException);
