using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>
/// A small client of one member's JSON gateway, for preparing a sandbox and for looking at it by another way than the one under
/// test. Every method throws <see cref="EtcdGatewayException"/> when etcd answers with an error,
/// <see cref="HttpRequestException"/> when it cannot be reached and <see cref="TimeoutException"/> when it does not answer.
/// </summary>
public sealed class EtcdGateway : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="clientUrl">The member's client address.</param>
    /// <param name="timeProvider">The clock of the timeouts; null for the system's.</param>
    public EtcdGateway(Uri clientUrl, TimeProvider? timeProvider = null)
    {
        _time = timeProvider ?? TimeProvider.System;

        // A proxy of the environment is not for loopback; the timeouts are set call by call.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = clientUrl,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Maintenance.Status. Answered within 5 s or not at all.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<EtcdGatewayStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        CallAsync<EtcdGatewayStatus>("v3/maintenance/status", static _ => { }, Quick, cancellationToken);

    /// <summary>What <c>/health</c> says: a leader, a quorum, and no alarm.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "health");
        var (succeeded, body) = await SendAsync(request, Quick, cancellationToken).ConfigureAwait(false);
        if (!succeeded)
        {
            return false;
        }

        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.TryGetProperty("health", out var health) && health.ToString() == "true";
    }

    /// <summary>Reads one key that need not exist, with the consent of a quorum. A learner refuses this.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task ConfirmQuorumAsync(CancellationToken cancellationToken) =>
        CallAsync<EtcdGatewayAnswer>(
            "v3/kv/range", static json => json.WriteBase64String("key", "quorum"u8), Quick, cancellationToken);

    /// <summary>Writes several keys in one transaction.</summary>
    /// <param name="entries">The keys with their values; at most 128, together under etcd's 1.5 MiB a request.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task PutAsync(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> entries, CancellationToken cancellationToken) =>
        CallAsync<EtcdGatewayAnswer>("v3/kv/txn", json => WritePuts(json, entries), Patient, cancellationToken);

    /// <summary>Writes one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The revision of the write.</returns>
    public async Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
            json.WriteBase64String("value", value.Span);
        }

        var answer = await CallAsync<EtcdGatewayAnswer>("v3/kv/put", Write, Patient, cancellationToken).ConfigureAwait(false);
        return answer.Header.Revision;
    }

    /// <summary>Deletes several keys in one transaction.</summary>
    /// <param name="keys">The keys; at most 128.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken) =>
        CallAsync<EtcdGatewayAnswer>("v3/kv/txn", json => WriteDeletes(json, keys), Patient, cancellationToken);

    /// <summary>Compacts the history up to a revision and waits until this member has removed it from its database.</summary>
    /// <param name="revision">The revision to keep as the oldest.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task CompactAsync(long revision, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteNumber("revision", revision);
            json.WriteBoolean("physical", value: true);
        }

        return CallAsync<EtcdGatewayAnswer>("v3/kv/compaction", Write, Patient, cancellationToken);
    }

    /// <summary>Arms an alarm.</summary>
    /// <param name="memberId">The member to raise it for.</param>
    /// <param name="alarm">Which alarm.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task ArmAlarmAsync(ulong memberId, EtcdAlarmKind alarm, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("action", "ACTIVATE");
            json.WriteNumber("memberID", memberId);
            json.WriteString("alarm", NameOf(alarm));
        }

        return CallAsync<EtcdGatewayAnswer>("v3/maintenance/alarm", Write, Quick, cancellationToken);
    }

    /// <summary>The alarms that are armed.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<IReadOnlyList<EtcdGatewayAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync<EtcdGatewayAnswer>(
            "v3/maintenance/alarm", static json => json.WriteString("action", "GET"), Quick, cancellationToken).ConfigureAwait(false);
        return answer.Alarms;
    }

    /// <summary>Hands leadership over. Only the leader can do it.</summary>
    /// <param name="memberId">The member that is to lead.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task MoveLeaderAsync(ulong memberId, CancellationToken cancellationToken) =>
        CallAsync<EtcdGatewayAnswer>(
            "v3/maintenance/transfer-leadership", json => json.WriteNumber("targetID", memberId), Patient, cancellationToken);

    /// <summary>Makes a place in the cluster for a learner, which is then to be started.</summary>
    /// <param name="peerUrl">The address its peers will reach it at.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task AddLearnerAsync(Uri peerUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peerUrl);
        void Write(Utf8JsonWriter json)
        {
            json.WriteStartArray("peerURLs");
            json.WriteStringValue(peerUrl.GetLeftPart(UriPartial.Authority));
            json.WriteEndArray();
            json.WriteBoolean("isLearner", value: true);
        }

        return CallAsync<EtcdGatewayAnswer>("v3/cluster/member/add", Write, Patient, cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    internal static string NameOf(EtcdAlarmKind alarm) => alarm == EtcdAlarmKind.NoSpace ? "NOSPACE" : "CORRUPT";

    private static void WritePuts(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> entries)
    {
        json.WriteStartArray("success");
        foreach (var (key, value) in entries)
        {
            json.WriteStartObject();
            json.WriteStartObject("request_put");
            json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
            json.WriteBase64String("value", value.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDeletes(Utf8JsonWriter json, IEnumerable<string> keys)
    {
        json.WriteStartArray("success");
        foreach (var key in keys)
        {
            json.WriteStartObject();
            json.WriteStartObject("request_delete_range");
            json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task<TAnswer> CallAsync<TAnswer>(
        string path, Action<Utf8JsonWriter> write, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(buffer.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var (succeeded, body) = await SendAsync(request, timeout, cancellationToken).ConfigureAwait(false);
        if (succeeded)
        {
            return JsonSerializer.Deserialize<TAnswer>(body, Json) ?? throw new EtcdGatewayException(path, code: 2, "an empty answer");
        }

        var error = ReadError(body);
        throw new EtcdGatewayException(path, error.Code, error.Message);
    }

    private async Task<(bool Succeeded, string Body)> SendAsync(
        HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, both.Token).ConfigureAwait(false);
            return (response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{_http.BaseAddress} did not answer {request.RequestUri} within {timeout.TotalSeconds} s.", exception);
        }
    }

    private static EtcdGatewayError ReadError(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<EtcdGatewayError>(body, Json) ?? new EtcdGatewayError();
        }
        catch (JsonException)
        {
            // Errors of the HTTP server itself are plain text.
            return new EtcdGatewayError { Message = body.Trim() };
        }
    }
}
