using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>HTTP to one member: its calls over one HTTP/2 connection, its metrics beside it over HTTP/1.1, with the same trust.</summary>
internal sealed class MemberHttp : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly ServerCertificateCheck _check;
    private readonly EnvironmentProxy? _proxy;
    private readonly Func<CancellationToken, Task<string?>>? _diagnose;
    private readonly Func<CancellationToken, Task<bool>>? _isGone;
    private readonly object _gate = new();
    private Task<string?>? _search;
    private volatile bool _hasAnswered;
    private volatile bool _hasAnsweredInHttp2;

    /// <summary>Speaks to a member over the network.</summary>
    public MemberHttp(EtcdEndpoint endpoint, EtcdConnectionOptions options, TimeProvider time)
    {
        Endpoint = endpoint;
        Options = options;
        _check = new ServerCertificateCheck(endpoint, options);
        _proxy = EnvironmentProxy.Find(endpoint, Environment.GetEnvironmentVariable);

        // It connects by itself, and what it would find without the proxy says nothing of the way through it.
        var diagnosis = _proxy is null ? new ConnectionDiagnosis(endpoint, options, time) : null;
        _diagnose = diagnosis is null ? null : diagnosis.FindAsync;
        _isGone = diagnosis is null ? null : diagnosis.IsGoneAsync;
        _http = new HttpMessageInvoker(MemberHandlers.Create(endpoint, options, _check, _proxy), disposeHandler: true);
    }

    /// <summary>Speaks to whatever a handler stands for.</summary>
    internal MemberHttp(EtcdEndpoint endpoint, EtcdConnectionOptions options, HttpMessageHandler handler, ServerCertificateCheck? check = null, Func<CancellationToken, Task<string?>>? diagnose = null)
    {
        Endpoint = endpoint;
        Options = options;
        _check = check ?? new ServerCertificateCheck(endpoint, options);
        _diagnose = diagnose;
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    public EtcdEndpoint Endpoint { get; }

    public EtcdConnectionOptions Options { get; }

    /// <summary>Until when the member's certificate is valid; null without TLS.</summary>
    public DateTimeOffset? CertificateExpires => _check.Expires;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The HTTP stack takes the name for SNI and for the certificate from here, whatever its TLS options say.
        request.Headers.Host = Options.ServerName;
        var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        _hasAnswered = true;
        _hasAnsweredInHttp2 |= response.Version.Major >= 2;
        return response;
    }

    /// <summary>Turns whatever the HTTP stack threw into the one typed exception.</summary>
    /// <param name="thrown">What it threw.</param>
    /// <param name="call">The call's name.</param>
    /// <param name="mayHaveBegun">Whether the member may be carrying the call out.</param>
    /// <param name="cancellationToken">Gives the search for the reason up.</param>
    public async Task<EtcdException> ExplainAsync(Exception thrown, string call, bool mayHaveBegun, CancellationToken cancellationToken)
    {
        // A certificate that is refused when the connection is made again says nothing of what was sent over the one before; and one that
        // was refused once, nothing of a later failure that is not about TLS.
        if (!mayHaveBegun && CallFailure.IsAboutTls(thrown) && _check.Problem is { } untrusted)
        {
            return TlsFailed(untrusted, call, thrown);
        }

        var plainly = CallFailure.Explain(thrown, Endpoint, call, Options, mayHaveBegun, _proxy);
        if (plainly.Failure == EtcdFailure.NotEtcd && thrown is not AnswerFormatException
            && await HasGoneAsync(cancellationToken).ConfigureAwait(false))
        {
            const string Ended = "it ended before an answer came";
            return new EtcdException(EtcdFailure.ConnectionLost, EtcdStatusCode.Unavailable, Endpoint, call, Ended, thrown);
        }

        var isUnclear = plainly.Failure is EtcdFailure.TlsFailed or EtcdFailure.NotEtcd or EtcdFailure.ConnectionLost;
        return isUnclear && !mayHaveBegun && !_hasAnswered && _diagnose is not null
            && await SearchAsync(_diagnose).WaitAsync(cancellationToken).ConfigureAwait(false) is { } reason
            ? TlsFailed(reason, call, thrown)
            : plainly;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// A handshake that is broken off is also what a member leaves behind that is killed at that moment. That its metrics page was
    /// answered says nothing: any web server does that.
    /// </summary>
    private async Task<bool> HasGoneAsync(CancellationToken cancellationToken) =>
        _hasAnsweredInHttp2 || (_isGone is not null && await _isGone(cancellationToken).ConfigureAwait(false));

    /// <summary>Calls that fail together share one search: the member sees one more connection, not one for each of them.</summary>
    private Task<string?> SearchAsync(Func<CancellationToken, Task<string?>> diagnose)
    {
        lock (_gate)
        {
            return _search = _search is { IsCompleted: false } running ? running : diagnose(CancellationToken.None);
        }
    }

    private EtcdException TlsFailed(string reason, string call, Exception thrown) =>
        new(EtcdFailure.TlsFailed, EtcdStatusCode.Unavailable, Endpoint, call, reason, thrown);
}
