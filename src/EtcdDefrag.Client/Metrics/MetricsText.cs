using System.Globalization;
using System.Text;
using EtcdDefrag.Model;

namespace EtcdDefrag.Client.Metrics;

/// <summary>Picks out of Prometheus' text format the few lines that matter here.</summary>
internal static class MetricsText
{
    /// <summary>etcd's page has about 160 KB; what is much longer is none of its.</summary>
    private const int MaxCharacters = 16 * 1024 * 1024;

    /// <summary>The lines that matter have some hundred characters; a longer one is passed over.</summary>
    private const int MaxQueued = 4096;

    private const string InFlight = "etcd_disk_defrag_inflight";
    private const string Finished = "etcd_disk_backend_defrag_duration_seconds_count";
    private const string Compacted = "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count";
    private const string Quota = "etcd_server_quota_backend_bytes";
    private const string ServerId = "etcd_server_id{server_id=\"";
    private const string Started = "process_start_time_seconds";
    private const string StreamsStarted = "grpc_server_started_total";
    private const string StreamsEnded = "grpc_server_handled_total";
    private const string IsSnapshot = "grpc_method=\"Snapshot\"";

    /// <summary>Reads a page.</summary>
    /// <exception cref="AnswerFormatException">It is too long to be etcd's.</exception>
    public static async Task<EtcdMemberMetrics> ReadAsync(Stream page, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(page, leaveOpen: true);
        var found = new Findings();
        var line = new StringBuilder();
        var part = new char[16 * 1024];
        var length = 0;
        for (int read; (read = await reader.ReadAsync(part, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            length += read;
            if (length > MaxCharacters)
            {
                throw new AnswerFormatException("its /metrics page is too long");
            }

            TakePart(part.AsSpan(0, read), line, found);
        }

        TakeLine(line, found);
        return ToModel(found);
    }

    private static void TakePart(ReadOnlySpan<char> part, StringBuilder line, Findings found)
    {
        foreach (var character in part)
        {
            if (character == '\n')
            {
                TakeLine(line, found);
            }
            else if (line.Length <= MaxQueued)
            {
                line.Append(character);
            }
        }
    }

    private static void TakeLine(StringBuilder line, Findings found)
    {
        if (line.Length <= MaxQueued)
        {
            Take(line.ToString().TrimEnd('\r'), found);
        }

        line.Clear();
    }

    private static void Take(string line, Findings found)
    {
        if (line.StartsWith(ServerId, StringComparison.Ordinal))
        {
            found.MemberId = ReadId(line.AsSpan(ServerId.Length)) ?? found.MemberId;
            return;
        }

        if (FindName(line) is not { } name || !TryGetValue(line, out var value))
        {
            return;
        }

        // The streams that have ended are counted by status code, one line each.
        found[name] = found.GetValueOrDefault(name) + value;
    }

    private static string? FindName(string line)
    {
        var end = line.AsSpan().IndexOfAny('{', ' ');
        return end < 0 ? null : line[..end] switch
        {
            StreamsStarted or StreamsEnded when !line.Contains(IsSnapshot, StringComparison.Ordinal) => null,
            InFlight => InFlight,
            Finished => Finished,
            Compacted => Compacted,
            Quota => Quota,
            Started => Started,
            StreamsStarted => StreamsStarted,
            StreamsEnded => StreamsEnded,
            _ => null,
        };
    }

    private static bool TryGetValue(string line, out double value)
    {
        // name{labels} value [timestamp]; no label of these lines holds a space.
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        value = 0;
        return fields.Length > 1 && double.TryParse(fields[1], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>The id in the digits in which every other answer of etcd is shown.</summary>
    private static string? ReadId(ReadOnlySpan<char> rest) =>
        rest.IndexOf('"') is var end and > 0 && ulong.TryParse(rest[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? ModelMapping.ToId(id)
            : null;

    private static EtcdMemberMetrics ToModel(Findings found) => new()
    {
        MemberId = found.MemberId,
        IsDefragmenting = Get(found, InFlight) is { } inFlight ? inFlight > 0 : null,
        DefragmentationCount = (long?)Get(found, Finished),
        CompactionCount = (long?)Get(found, Compacted),
        OpenSnapshotCount = (long?)(Get(found, StreamsStarted) - (Get(found, StreamsEnded) ?? 0)),
        QuotaBytes = (long?)Get(found, Quota),
        ProcessStartedAt = Get(found, Started) is { } seconds ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null,
    };

    private sealed class Findings() : Dictionary<string, double>(StringComparer.Ordinal)
    {
        public string? MemberId { get; set; }
    }

    private static double? Get(Findings found, string name) => found.TryGetValue(name, out var value) ? value : null;
}
