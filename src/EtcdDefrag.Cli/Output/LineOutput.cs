using System.Text;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Standard output or standard error. Whatever the command prints goes through one of these: each line is escaped and bounded, and a
/// line that cannot be written (a full disk, a reader that has gone) ends nothing by itself but is kept as <see cref="Failure"/>.
/// </summary>
internal sealed class LineOutput
{
    private readonly object _gate = new();
    private readonly TextWriter _writer;
    private volatile Exception? _failure;

    public LineOutput(TextWriter writer)
    {
        _writer = writer;
        Raw = new RawWriter(this);
    }

    /// <summary>Why the first line that was lost could not be written; null where none was.</summary>
    public Exception? Failure => _failure;

    /// <summary>For texts that are the program's own, such as help and completion scripts: nothing is escaped.</summary>
    public TextWriter Raw { get; }

    /// <summary>Writes one line.</summary>
    /// <param name="line">The line; whatever it holds, it stays one.</param>
    /// <param name="colour">The number of an ANSI colour; null for none.</param>
    /// <param name="stamp">What stands before it, without the colour.</param>
    public void WriteLine(string line, string? colour = null, string stamp = "")
    {
        var shown = DisplayText.Of(line);
        Write(_writer.NewLine, stamp + (colour is null ? shown : $"\u001b[{colour}m{shown}\u001b[0m"));
    }

    /// <inheritdoc cref="WriteLine"/>
    public Task WriteLineAsync(string line, string? colour = null, string stamp = "")
    {
        WriteLine(line, colour, stamp);
        return Task.CompletedTask;
    }

    /// <summary>Writes a JSON text as one line, whole: its strings were bounded when it was made.</summary>
    public Task WriteJsonAsync(string json)
    {
        Write(_writer.NewLine, DisplayText.Of(json, int.MaxValue));
        return Task.CompletedTask;
    }

    private void Write(string end, string text)
    {
        try
        {
            lock (_gate)
            {
                _writer.Write(text + end);
                _writer.Flush();
            }
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _failure ??= lost;
        }
    }

    private sealed class RawWriter(LineOutput output) : TextWriter
    {
        public override Encoding Encoding => output._writer.Encoding;

        public override void Write(char value) => output.Write("", value.ToString());

        public override void Write(string? value) => output.Write("", value ?? "");

        public override void WriteLine(string? value) => output.Write(NewLine, value ?? "");
    }
}
