using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Standard output or standard error. Everything that the command prints goes through one of these: each line is escaped and bounded.
/// A line that cannot be written (a full disk, a reader that has gone) ends nothing by itself but is kept as <see cref="Failure"/>.
/// </summary>
internal sealed class LineOutput(TextWriter writer)
{
    private readonly object _gate = new();
    private volatile Exception? _failure;

    /// <summary>The line at the bottom of the terminal, which makes room for each line; null for none.</summary>
    public LiveLine? Live { get; init; }

    /// <summary>Why the first line that was lost could not be written; null if none was lost.</summary>
    public Exception? Failure => _failure;

    /// <summary>Writes one line.</summary>
    /// <param name="line">The line; whatever it contains, it stays one.</param>
    /// <param name="colour">The number of an ANSI colour; null for none.</param>
    /// <param name="stamp">What stands before it, without the colour.</param>
    public void WriteLine(string line, string? colour = null, string stamp = "")
    {
        var shown = DisplayText.Of(line);
        WriteText(stamp + (colour is null ? shown : $"\u001b[{colour}m{shown}\u001b[0m") + writer.NewLine);
    }

    /// <summary>Writes a JSON text as one line, whole: its strings were bounded when it was made.</summary>
    public void WriteJson(string json) => WriteText(DisplayText.Of(json, int.MaxValue) + writer.NewLine);

    /// <summary>Writes a text of the program's own, such as a completion script, as it is.</summary>
    public void WriteText(string text)
    {
        try
        {
            lock (Live?.Gate ?? _gate)
            {
                Live?.Erase();
                writer.Write(text);
                writer.Flush();
            }
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _failure ??= lost;
        }
    }
}
