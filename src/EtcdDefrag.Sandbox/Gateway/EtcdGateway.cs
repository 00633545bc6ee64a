using System.Net.Security;
using System.Text;
using System.Text.Json;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>
/// A small client of one member's JSON gateway, for preparing a sandbox and for looking at it by another way than the one under
/// test. Every method throws <see cref="EtcdGatewayException"/> when etcd answers with an error,
/// <see cref="HttpRequestException"/> when it cannot be reached and <see cref="TimeoutException"/> when it does not answer.
/// </summary>
public sealed partial class EtcdGateway : IDisposable
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private readonly GatewayChannel _client;
    private readonly GatewayChannel? _peer;
    private readonly Uri _clientUrl;
    private readonly SslClientAuthenticationOptions? _tls;
    private readonly TimeProvider _time;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="clientUrl">The member's client address.</param>
    /// <param name="timeProvider">The clock of the timeouts; null for the system's.</param>
    /// <param name="peerUrl">The member's address for its peers; only <see cref="HashKVAsync"/> needs it.</param>
    /// <param name="tls">How to speak to a member whose client address is https.</param>
    public EtcdGateway(Uri clientUrl, TimeProvider? timeProvider = null, Uri? peerUrl = null, EtcdSandboxTls? tls = null)
        : this(clientUrl, timeProvider, peerUrl, tls, new GatewayLogin())
    {
    }

    internal EtcdGateway(Uri clientUrl, TimeProvider? timeProvider, Uri? peerUrl, EtcdSandboxTls? tls, GatewayLogin login)
    {
        _time = timeProvider ?? TimeProvider.System;
        _clientUrl = clientUrl;
        _tls = tls is null ? null : GatewayTls.Options(tls);
        _client = new GatewayChannel(clientUrl, _time, _tls, login);
        _peer = peerUrl is null ? null : new GatewayChannel(peerUrl, _time);
    }

    /// <summary>Maintenance.Status. Answered within 5 s or not at all.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<EtcdGatewayStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayStatus>("v3/maintenance/status", static _ => { }, Quick, cancellationToken);

    /// <summary>What <c>/health</c> says: a leader, a quorum, and no alarm.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "health");
        var (succeeded, body) = await _client.SendAsync(request, Quick, cancellationToken).ConfigureAwait(false);
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
        _client.PostAsync<EtcdGatewayAnswer>(
            "v3/kv/range", static json => json.WriteBase64String("key", "quorum"u8), Quick, cancellationToken);

    /// <summary>Writes several keys in one transaction.</summary>
    /// <param name="entries">The keys with their values; at most 128, together under etcd's 1.5 MiB a request.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task PutAsync(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> entries, CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayAnswer>("v3/kv/txn", json => WritePuts(json, entries), Patient, cancellationToken);

    /// <summary>Deletes several keys in one transaction.</summary>
    /// <param name="keys">The keys; at most 128.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayAnswer>("v3/kv/txn", json => WriteDeletes(json, keys), Patient, cancellationToken);

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

        return _client.PostAsync<EtcdGatewayAnswer>("v3/kv/compaction", Write, Patient, cancellationToken);
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

        return _client.PostAsync<EtcdGatewayAnswer>("v3/maintenance/alarm", Write, Quick, cancellationToken);
    }

    /// <summary>The alarms that are armed.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<IReadOnlyList<EtcdGatewayAlarm>> GetAlarmsAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.PostAsync<EtcdGatewayAnswer>(
            "v3/maintenance/alarm", static json => json.WriteString("action", "GET"), Quick, cancellationToken).ConfigureAwait(false);
        return answer.Alarms;
    }

    /// <summary>Hands leadership over. Only the leader can do it.</summary>
    /// <param name="memberId">The member that is to lead.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task MoveLeaderAsync(ulong memberId, CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayAnswer>(
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

        return _client.PostAsync<EtcdGatewayAnswer>("v3/cluster/member/add", Write, Patient, cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _peer?.Dispose();
    }

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
}
