using System.Text;
using System.Text.Json;

namespace EtcdDefrag.Sandbox.Gateway;

/// <content>Single keys, and ranges of them.</content>
public sealed partial class EtcdGateway
{
    private const int PageKeys = 1000;

    /// <summary>Writes one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The revision of the write.</returns>
    public Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        PutAsync(key, value, leaseId: 0, cancellationToken);

    /// <summary>Writes one key that lives as long as a lease.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="leaseId">The lease; 0 for none.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The revision of the write.</returns>
    public async Task<long> PutAsync(string key, ReadOnlyMemory<byte> value, long leaseId, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
            json.WriteBase64String("value", value.Span);
            json.WriteNumber("lease", leaseId);
        }

        var answer = await _client.PostAsync<EtcdGatewayAnswer>("v3/kv/put", Write, Patient, cancellationToken).ConfigureAwait(false);
        return answer.Header.Revision;
    }

    /// <summary>Reads one key with the consent of a quorum.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<EtcdGatewayRange> RangeAsync(string key, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json) => json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));

        return _client.PostAsync<EtcdGatewayRange>("v3/kv/range", Write, Quick, cancellationToken);
    }

    /// <summary>Reads all keys that begin in a certain way, with the consent of a quorum, page by page.</summary>
    /// <param name="prefix">Their beginning; printable ASCII.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The keys in order, as of the revision of the first page.</returns>
    public async Task<IReadOnlyList<EtcdGatewayKey>> RangePrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        var end = PrefixEnd(prefix);
        var next = Encoding.UTF8.GetBytes(prefix);
        var keys = new List<EtcdGatewayKey>();
        var revision = 0L;
        void Write(Utf8JsonWriter json)
        {
            json.WriteBase64String("key", next);
            json.WriteBase64String("range_end", end);
            json.WriteNumber("limit", PageKeys);
            json.WriteNumber("revision", revision);
        }

        while (true)
        {
            var page = await _client.PostAsync<EtcdGatewayRange>("v3/kv/range", Write, Patient, cancellationToken).ConfigureAwait(false);
            keys.AddRange(page.Keys);
            if (!page.More)
            {
                return keys;
            }

            // The first key after the last one read is that one with a zero byte behind it.
            revision = revision == 0 ? page.Header.Revision : revision;
            next = [.. page.Keys[^1].RawKey, 0];
        }
    }

    /// <summary>The first key behind all that begin in a certain way.</summary>
    private static byte[] PrefixEnd(string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        return end;
    }
}
