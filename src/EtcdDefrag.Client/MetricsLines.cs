using System.Globalization;
using System.Text;
using EtcdDefrag.Model;

namespace EtcdDefrag.Client;

/// <summary>
/// Picks the few lines that are needed out of a page in Prometheus' text format. The page has some 2000 lines and is read often: the
/// others never become text.
/// </summary>
internal sealed class MetricsLines
{
    // The lines that are needed have about a hundred characters.
    private const int MaxLength = 4096;

    private const string ServerId = "etcd_server_id";
    private const string DefragInFlight = "etcd_disk_defrag_inflight";
    private const string DefragCount = "etcd_disk_backend_defrag_duration_seconds_count";
    private const string CompactionCount = "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count";
    private const string Quota = "etcd_server_quota_backend_bytes";
    private const string ProcessStart = "process_start_time_seconds";
    private const string CallsStarted = "grpc_server_started_total";
    private const string CallsEnded = "grpc_server_handled_total";

    private static readonly (string Name, byte[] Bytes)[] Needed = Array.ConvertAll(
        [ServerId, DefragInFlight, DefragCount, CompactionCount, Quota, ProcessStart, CallsStarted, CallsEnded],
        name => (name, Encoding.ASCII.GetBytes(name)));

    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private string? _memberId;
    private bool _isPassedOver;

    /// <summary>Takes the lines that are complete, and moves the rest to the beginning.</summary>
    /// <returns>How long the rest is.</returns>
    public int Take(Span<byte> text)
    {
        var rest = text;
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            TakeLast(rest[..end]);
            _isPassedOver = false;
        }

        rest.CopyTo(text);
        return rest.Length;
    }

    /// <summary>Takes the last line of the page, which may have no end.</summary>
    public void TakeLast(ReadOnlySpan<byte> line)
    {
        if (_isPassedOver || line.Length > MaxLength)
        {
            return;
        }

        foreach (var (name, bytes) in Needed)
        {
            if (line.StartsWith(bytes) && line.Length > bytes.Length && line[bytes.Length] is (byte)'{' or (byte)' ')
            {
                Take(name, Encoding.UTF8.GetString(line));
            }
        }
    }

    /// <summary>What comes until the end of the line belongs to one that is too long.</summary>
    public void PassOver() => _isPassedOver = true;

    public EtcdMemberMetrics ToModel()
    {
        return new EtcdMemberMetrics
        {
            MemberId = _memberId,
            IsDefragmenting = Get(DefragInFlight) is { } inFlight ? inFlight > 0 : null,
            DefragmentationCount = (long?)Get(DefragCount),
            CompactionCount = (long?)Get(CompactionCount),
            OpenSnapshotCount = (long?)(Get(CallsStarted) - (Get(CallsEnded) ?? 0)),
            QuotaBytes = (long?)Get(Quota),
            ProcessStartedAt = Get(ProcessStart) is { } seconds ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null,
        };

        double? Get(string name) => _values.TryGetValue(name, out var value) ? value : null;
    }

    private void Take(string name, string line)
    {
        if (name == ServerId)
        {
            _memberId = ReadId(line.AsSpan(name.Length)) ?? _memberId;
        }
        else if (IsNeeded(name, line) && ReadValue(line) is { } value)
        {
            // The calls that have ended are counted by status code, one line each.
            _values[name] = _values.GetValueOrDefault(name) + value;
        }
    }

    private static bool IsNeeded(string name, string line) =>
        name is not (CallsStarted or CallsEnded) || line.Contains("grpc_method=\"Snapshot\"", StringComparison.Ordinal);

    // name{labels} value [timestamp]; no label of these lines contains a space.
    private static double? ReadValue(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var text, ..]
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : null;

    /// <summary>Reads the id from its label, in the form that every other answer of etcd has.</summary>
    private static string? ReadId(ReadOnlySpan<char> labels)
    {
        const string Label = "{server_id=\"";
        var id = labels.StartsWith(Label, StringComparison.Ordinal) ? labels[Label.Length..] : default;
        var end = id.IndexOf('"');
        return end > 0 && ulong.TryParse(id[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? ModelMapping.ToId(number)
            : null;
    }
}
