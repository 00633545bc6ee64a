using System.Globalization;

namespace EtcdDefrag.Cli.Output;

/// <summary>Lines with the local time in front, as Go's log package writes them.</summary>
internal sealed class RunLog(TextWriter writer, TimeProvider time, bool isColoured = false)
{
    private const string Red = "31";
    private const string Yellow = "33";

    public async Task WriteAsync(params string[] lines)
    {
        foreach (var line in lines)
        {
            await writer.WriteLineAsync(Stamp(line)).ConfigureAwait(false);
        }
    }

    /// <summary>Writes from wherever a call has ended.</summary>
    public void Write(string line) => writer.WriteLine(Stamp(line));

    public Task WarnAsync(params string[] lines) => WriteAsync([.. lines.Select(l => Colour(l, Yellow))]);

    public Task ComplainAsync(params string[] lines) => WriteAsync([.. lines.Select(l => Colour(l, Red))]);

    private string Colour(string line, string colour) => isColoured ? $"\u001b[{colour}m{line}\u001b[0m" : line;

    private string Stamp(string line) => $"{time.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture)} {line}";
}
