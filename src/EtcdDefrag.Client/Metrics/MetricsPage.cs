using EtcdDefrag.Connection;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Model;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.Metrics;

/// <summary>A member's <c>/metrics</c> page. It is served over HTTP/1.1, on the client address unless that was moved.</summary>
internal sealed class MetricsPage(MemberHttp http, TimeProvider time)
{
    private const string Call = "/metrics";
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(5);

    // The page is made from memory, in milliseconds: a member that needs longer than this is not coming back soon.
    private TimeSpan Timeout => http.Options.OperationTimeout < MaxTimeout ? http.Options.OperationTimeout : MaxTimeout;

    /// <summary>Reads the page.</summary>
    /// <exception cref="EtcdException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<EtcdMemberMetrics> ReadAsync(CancellationToken cancellationToken)
    {
        using var overdue = new CancellationTokenSource(Timeout + http.Options.ConnectionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, http.Endpoint.ToRequestUri(Call));
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new AnswerFormatException($"it answers {Call} with HTTP {(int)response.StatusCode}");
            }

            var page = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using var pageScope = page.ConfigureAwait(false);
            return await MetricsText.ReadAsync(page, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not EtcdException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw overdue.IsCancellationRequested
                ? new EtcdException(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, http.Endpoint, Call, $"no answer within {Units.Seconds(Timeout)}", failure)
                : await http.ExplainAsync(failure, Call, mayHaveBegun: false, cancellationToken).ConfigureAwait(false);
        }
    }
}
