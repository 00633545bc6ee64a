using System.Globalization;

namespace EtcdDefrag.Cli.Output;

/// <summary>Lines with the local time in front, as Go's log package writes them.</summary>
internal sealed class RunLog(LineOutput output, TimeProvider time, bool isColoured = false)
{
    private const string Red = "31";
    private const string Yellow = "33";

    public Task WriteAsync(params string[] lines) => WriteAsync(lines, null);

    /// <summary>Writes from wherever a call has ended.</summary>
    public void Write(string line) => output.WriteLine(Stamp() + line);

    public Task WarnAsync(params string[] lines) => WriteAsync(lines, Yellow);

    public Task ComplainAsync(params string[] lines) => WriteAsync(lines, Red);

    private async Task WriteAsync(string[] lines, string? colour)
    {
        foreach (var line in lines)
        {
            await output.WriteLineAsync(line, isColoured ? colour : null, Stamp()).ConfigureAwait(false);
        }
    }

    private string Stamp() => $"{time.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture)} ";
}
