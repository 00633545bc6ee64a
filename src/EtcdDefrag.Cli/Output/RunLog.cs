using System.Globalization;

namespace EtcdDefrag.Cli.Output;

/// <summary>Lines with the local time in front, as Go's log package writes them.</summary>
internal sealed class RunLog(TextWriter writer, TimeProvider time)
{
    public async Task WriteAsync(params string[] lines)
    {
        foreach (var line in lines)
        {
            var now = time.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture);
            await writer.WriteLineAsync($"{now} {line}").ConfigureAwait(false);
        }
    }
}
