using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// One line at the bottom of a terminal that says what is being waited for and for how long. It is drawn at most four times a second,
/// never within another line, and leaves nothing behind. What takes less than a quarter of a second does not show.
/// </summary>
/// <param name="terminal">Standard error, when it is a terminal.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveLine(TextWriter terminal, TimeProvider time)
{
    private const int MaxLength = 200;

    // Without automatic wrapping (DECAWM) the terminal itself cuts what does not fit in its line.
    private const string Begin = "\r\u001b[?7l";
    private const string Finish = "\u001b[K\u001b[?7h";
    private const string EraseLine = "\r\u001b[K";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private Func<TimeSpan, string>? _describe;
    private ITimer? _timer;
    private long _since;
    private string? _drawn;

    /// <summary>Held by whoever writes to the terminal, so that lines and this one do not mix.</summary>
    public object Gate { get; } = new();

    /// <summary>Shows something, until something else is shown or <see cref="Stop"/>.</summary>
    /// <param name="describe">The line, of the time that has passed; null for none.</param>
    public void Show(Func<TimeSpan, string>? describe)
    {
        if (describe is null)
        {
            Stop();
            return;
        }

        lock (Gate)
        {
            Erase();
            _describe = describe;
            _since = time.GetTimestamp();
            _timer ??= time.CreateTimer(_ => Draw(), null, Interval, Interval);
        }
    }

    public void Stop()
    {
        lock (Gate)
        {
            Erase();
            _describe = null;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Makes room for a line; the gate is held.</summary>
    public void Erase()
    {
        if (_drawn is not null)
        {
            Write(EraseLine);
            _drawn = null;
        }
    }

    private void Draw()
    {
        lock (Gate)
        {
            var text = DisplayText.Of(_describe?.Invoke(time.GetElapsedTime(_since)), MaxLength);
            if (_describe is not null && text != _drawn)
            {
                Write($"{Begin}{text}{Finish}");
                _drawn = text;
            }
        }
    }

    private void Write(string text)
    {
        try
        {
            terminal.Write(text);
            terminal.Flush();
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The terminal has gone, and nobody misses this line; those that matter are missed by LineOutput.
            _describe = null;
        }
    }
}
