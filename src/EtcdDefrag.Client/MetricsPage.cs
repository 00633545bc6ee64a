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

    // etcd's page has about 160 KB.
    private const int MaxPageLength = 16 * 1024 * 1024;
    private const int BufferLength = 16 * 1024;

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
        var lines = new MetricsLines();
        var buffer = new byte[BufferLength];
        var (length, total) = (0, 0L);
        for (int read; (read = await page.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if ((total += read) > MaxPageLength)
            {
                throw new InvalidDataException("its /metrics page is too long");
            }

            length = lines.Take(buffer.AsSpan(0, length + read));
            if (length == BufferLength)
            {
                // No line that is needed is as long as that.
                lines.PassOver();
                length = 0;
            }
        }

        lines.TakeLast(buffer.AsSpan(0, length));
        return lines.ToModel();
    }
}
