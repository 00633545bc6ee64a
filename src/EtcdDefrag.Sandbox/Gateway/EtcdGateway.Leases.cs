using System.Text.Json;

namespace EtcdDefrag.Sandbox.Gateway;

/// <content>Leases.</content>
public sealed partial class EtcdGateway
{
    /// <summary>Grants a lease.</summary>
    /// <param name="lifetime">How long it lives if nobody keeps it alive; whole seconds. etcd may make it longer.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The lease's id.</returns>
    public async Task<long> GrantLeaseAsync(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var lease = await AskAsync("v3/lease/grant", json => json.WriteNumber("TTL", (long)lifetime.TotalSeconds), cancellationToken)
            .ConfigureAwait(false);
        return lease.Id;
    }

    /// <summary>Starts a lease's lifetime again.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>How long it lives from now on; zero where it lives no more.</returns>
    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken)
    {
        // A stream in gRPC: the gateway wraps each of its answers.
        var answer = await _client.PostAsync<EtcdGatewayStreamed<EtcdGatewayLease>>(
            "v3/lease/keepalive", json => json.WriteNumber("ID", leaseId), Quick, cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromSeconds(answer.Result?.SecondsToLive ?? 0);
    }

    /// <summary>Ends a lease; its keys go with it.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) =>
        AskAsync("v3/lease/revoke", json => json.WriteNumber("ID", leaseId), cancellationToken);

    /// <summary>How long a lease still lives, and which keys hang on it.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<EtcdGatewayLease> GetLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteNumber("ID", leaseId);
            json.WriteBoolean("keys", value: true);
        }

        return AskAsync("v3/lease/timetolive", Write, cancellationToken);
    }

    private Task<EtcdGatewayLease> AskAsync(string path, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayLease>(path, write, Quick, cancellationToken);
}
