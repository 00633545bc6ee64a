using EtcdDefrag.Connection;
using EtcdDefrag.Grpc.Wire;
using EtcdDefrag.Model;

namespace EtcdDefrag.Grpc.Metrics;

/// <summary>A member's <c>/metrics</c> page. It is served over HTTP/1.1 on the client address unless that was moved.</summary>
internal sealed class MetricsPage : IDisposable
{
    private const string Call = "/metrics";
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    private readonly EtcdEndpoint _endpoint;
    private readonly EtcdConnectionOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;

    public MetricsPage(EtcdEndpoint endpoint, EtcdConnectionOptions options, HttpMessageHandler handler, TimeProvider time)
    {
        _endpoint = endpoint;
        _options = options;
        _time = time;
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    // The page is made from memory, in milliseconds: a member that needs longer than this is not coming back soon.
    private TimeSpan Patience => _options.OperationTimeout < MostPatience ? _options.OperationTimeout : MostPatience;

    /// <summary>Reads the page.</summary>
    /// <exception cref="EtcdException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<EtcdMemberMetrics> ReadAsync(CancellationToken cancellationToken)
    {
        using var overdue = new CancellationTokenSource(Patience + _options.ConnectionTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overdue.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{_endpoint}/metrics"));
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new GrpcFormatException($"it answers {Call} with HTTP {(int)response.StatusCode}");
            }

            var page = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using var pageScope = page.ConfigureAwait(false);
            return await MetricsText.ReadAsync(page, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not EtcdException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw overdue.IsCancellationRequested
                ? new EtcdException(EtcdFailure.TimedOut, EtcdStatusCode.DeadlineExceeded, _endpoint, Call, $"no answer within {Patience.TotalSeconds} s", failure)
                : CallFailure.Explain(failure, _endpoint, Call, _options, mayHaveBegun: false);
        }
    }

    public void Dispose() => _http.Dispose();
}
