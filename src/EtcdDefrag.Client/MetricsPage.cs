using System.Globalization;
using System.Text;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client;

/// <summary>
/// Reads the few metrics that are needed from a member's <c>/metrics</c> page, which is in Prometheus' text format and is served over
/// HTTP/1.1, on the client address unless it was moved.
/// </summary>
internal sealed class MetricsPage(MemberHttp http, TimeProvider time)
{
    private const string Call = "/metrics";

    // etcd's page has about 160 KB, and the lines that are needed about a hundred characters.
    private const int MaxPageLength = 16 * 1024 * 1024;
    private const int MaxLineLength = 4096;

    private const string ServerId = "etcd_server_id";
    private const string DefragInFlight = "etcd_disk_defrag_inflight";
    private const string DefragCount = "etcd_disk_backend_defrag_duration_seconds_count";
    private const string CompactionCount = "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count";
    private const string Quota = "etcd_server_quota_backend_bytes";
    private const string ProcessStart = "process_start_time_seconds";
    private const string CallsStarted = "grpc_server_started_total";
    private const string CallsEnded = "grpc_server_handled_total";

    // The page is made from memory, in milliseconds: a member that takes longer does not answer soon.
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(5);

    private TimeSpan Timeout => http.Options.OperationTimeout < MaxTimeout ? http.Options.OperationTimeout : MaxTimeout;

    /// <exception cref="EtcdException">The page cannot be read.</exception>
    public async Task<EtcdMemberMetrics> ReadAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout + http.Options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, http.Endpoint.ToRequestUri(Call));
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidDataException($"it answers {Call} with HTTP {(int)response.StatusCode}");
            }

            var page = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using var scope = page.ConfigureAwait(false);
            return await ReadAsync(page, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not EtcdException)
        {
            http.HasFailed |= failure is not InvalidDataException;
            cancellationToken.ThrowIfCancellationRequested();
            var noAnswer = $"no answer within {Units.Seconds(Timeout)}";
            throw timeout.IsCancellationRequested
                ? new EtcdException(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, http.Endpoint, Call, noAnswer, failure)
                : await http.ExplainAsync(failure, Call, mayHaveBegun: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="InvalidDataException">The page is too long to be etcd's.</exception>
    internal static async Task<EtcdMemberMetrics> ReadAsync(Stream page, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(page, leaveOpen: true);
        var text = new StringBuilder();
        var part = new char[16 * 1024];
        for (int read; (read = await reader.ReadAsync(part, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (text.Append(part, 0, read).Length > MaxPageLength)
            {
                throw new InvalidDataException("its /metrics page is too long");
            }
        }

        return Read(text.ToString());
    }

    private static EtcdMemberMetrics Read(string page)
    {
        string? memberId = null;
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in page.AsSpan().EnumerateLines())
        {
            var end = line.IndexOfAny('{', ' ');
            var name = end < 0 || line.Length > MaxLineLength ? "" : line[..end].ToString();
            if (name == ServerId)
            {
                memberId = ReadId(line[end..]) ?? memberId;
            }
            else if (IsNeeded(name, line) && ReadValue(line) is { } value)
            {
                // The calls that have ended are counted by status code, one line each.
                values[name] = values.GetValueOrDefault(name) + value;
            }
        }

        return new EtcdMemberMetrics
        {
            MemberId = memberId,
            IsDefragmenting = Get(DefragInFlight) is { } inFlight ? inFlight > 0 : null,
            DefragmentationCount = (long?)Get(DefragCount),
            CompactionCount = (long?)Get(CompactionCount),
            OpenSnapshotCount = (long?)(Get(CallsStarted) - (Get(CallsEnded) ?? 0)),
            QuotaBytes = (long?)Get(Quota),
            ProcessStartedAt = Get(ProcessStart) is { } seconds ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null,
        };

        double? Get(string name) => values.TryGetValue(name, out var value) ? value : null;
    }

    private static bool IsNeeded(string name, ReadOnlySpan<char> line) => name switch
    {
        CallsStarted or CallsEnded => line.Contains("grpc_method=\"Snapshot\"", StringComparison.Ordinal),
        DefragInFlight or DefragCount or CompactionCount or Quota or ProcessStart => true,
        _ => false,
    };

    // name{labels} value [timestamp]; no label of these lines contains a space.
    private static double? ReadValue(ReadOnlySpan<char> line) =>
        line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var text, ..]
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
