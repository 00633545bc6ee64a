using System.Globalization;

namespace EtcdDefrag.Cli.Output;

/// <summary>Lines with the local time in front, as Go's log package writes them.</summary>
internal sealed class RunLog(LineOutput output, TimeProvider time, bool isColoured = false)
{
    private const string Red = "31";
    private const string Yellow = "33";

    public void Write(params string[] lines) => Write(lines, null);

    public void Warn(params string[] lines) => Write(lines, Yellow);

    public void Complain(params string[] lines) => Write(lines, Red);

    private void Write(string[] lines, string? colour)
    {
        foreach (var line in lines)
        {
            var stamp = time.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture);
            output.WriteLine(OwnWords.Of(line), isColoured ? colour : null, $"{stamp} ");
        }
    }
}
