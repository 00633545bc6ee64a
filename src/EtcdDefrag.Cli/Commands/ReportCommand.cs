using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Files;
using EtcdDefrag.Reporting;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag report</c>: turns the JSON lines of runs and monitors into one HTML page on standard output.</summary>
internal static class ReportCommand
{
    /// <summary>A monitor of three members writes this much in some years.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    public static async Task<int> RunAsync(CommandHost host, FlagValues values, CancellationToken cancellationToken)
    {
        values.Check();
        var items = new List<ReportItem>();
        foreach (var word in values.Words)
        {
            items.AddRange(await ReadAsync(word.Text, cancellationToken).ConfigureAwait(false));
        }

        host.Output.WriteText(DefragReportPage.Write(values.Get(ReportFlags.Title), items, host.Time.GetUtcNow()));
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<ReportItem>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var name = DisplayText.Value(path);
        var number = 0;
        var items = new List<ReportItem>();
        try
        {
            var bytes = await RegularFile.ReadAsync(path, MaxBytes, cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                number++;
                items.AddRange(ReportLines.Read(line));
            }
        }
        catch (JsonException wrong)
        {
            throw new UsageException(
                $"'{name}', line {number.ToString(CultureInfo.InvariantCulture)}, is not a JSON object; give what -w json or monitor --output json has written.", wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"'{name}' cannot be read: {unreadable.Message}", unreadable);
        }

        return items;
    }
}
