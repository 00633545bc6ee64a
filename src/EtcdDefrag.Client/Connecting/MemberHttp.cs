using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>HTTP to one member: its calls over one HTTP/2 connection, its metrics beside it over HTTP/1.1, with the same trust.</summary>
internal sealed class MemberHttp(
    EtcdEndpoint endpoint, EtcdConnectionOptions options, HttpMessageHandler handler, ServerCertificateCheck? check = null,
    Func<CancellationToken, Task<string?>>? diagnose = null) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: false);
    private readonly object _gate = new();
    private Task<string?>? _search;
    private volatile bool _hasAnswered;
    private volatile bool _hasAnsweredInHttp2;
    private volatile bool _hasFailed;
    private int _isReleased;

    public EtcdEndpoint Endpoint => endpoint;

    public EtcdConnectionOptions Options => options;

    public DateTimeOffset? CertificateExpires => check?.Expires;

    /// <summary>The token that the member issued, which stays with the connection; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Whether a call went without an answer, which may be the connection's fault: no further work gets it.</summary>
    public bool HasFailed
    {
        get => _hasFailed;
        set => _hasFailed = value;
    }

    private EnvironmentProxy? Proxy { get; init; }

    private ConnectionDiagnosis? Diagnosis { get; init; }

    /// <summary>What is done with the connection at the end.</summary>
    private Action<MemberHttp> Release { get; init; } = _ => handler.Dispose();

    /// <summary>Prepares a connection over the network; nothing is sent yet.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="session">Where a connection may be left open from earlier work; null for a new one.</param>
    public static MemberHttp Create(
        EtcdEndpoint endpoint, EtcdConnectionOptions options, TimeProvider time, SessionConnections? session = null)
    {
        var proxy = EnvironmentProxy.Find(endpoint, Environment.GetEnvironmentVariable);

        // A diagnosis connects by itself: what it found without the proxy would say nothing about the way through it.
        var diagnosis = proxy is null ? new ConnectionDiagnosis(endpoint, options, time) : null;
        var connection = session?.Take(endpoint, options, proxy) ?? new OpenConnection(endpoint, options, proxy);
        return new MemberHttp(endpoint, options, connection.Handler, connection.Check, diagnosis is null ? null : diagnosis.FindAsync)
        {
            Proxy = proxy,
            Diagnosis = diagnosis,
            Token = connection.Token,
            Release = http =>
            {
                connection.Token = http.Token;
                if (session is null)
                {
                    connection.Dispose();
                }
                else
                {
                    session.Return(connection, isSound: !http.HasFailed);
                }
            },
        };
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The HTTP stack takes the name for SNI and for the certificate from here, whatever its TLS options say.
        request.Headers.Host = options.ServerName;
        var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        _hasAnswered = true;
        _hasAnsweredInHttp2 |= response.Version.Major >= 2;
        return response;
    }

    /// <summary>Turns whatever the HTTP stack threw into the one typed exception.</summary>
    public async Task<EtcdException> ExplainAsync(Exception thrown, string call, bool mayHaveBegun, CancellationToken cancellationToken)
    {
        // A certificate that is refused when the connection is made again says nothing about what was sent over the one before; and one
        // that was refused once, nothing about a later failure that is not about TLS.
        if (!mayHaveBegun && CallFailure.IsAboutTls(thrown) && check?.Problem is { } untrusted)
        {
            return As(EtcdFailure.TlsFailed, untrusted);
        }

        var explained = CallFailure.Explain(thrown, endpoint, call, options, mayHaveBegun, Proxy);
        if (explained.Failure == EtcdFailure.NotEtcd && thrown is not InvalidDataException
            && await HasGoneAsync(cancellationToken).ConfigureAwait(false))
        {
            return As(EtcdFailure.ConnectionLost, "it ended before an answer came");
        }

        var isUnclear = explained.Failure is EtcdFailure.TlsFailed or EtcdFailure.NotEtcd or EtcdFailure.ConnectionLost;
        return isUnclear && !mayHaveBegun && !_hasAnswered && diagnose is not null
            && await SearchAsync(diagnose).WaitAsync(cancellationToken).ConfigureAwait(false) is { } cause
            ? As(EtcdFailure.TlsFailed, cause)
            : explained;

        EtcdException As(EtcdFailure failure, string detail) => new(failure, EtcdStatusCode.Unavailable, endpoint, call, detail, thrown);
    }

    public void Dispose()
    {
        _http.Dispose();
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            Release(this);
        }
    }

    /// <summary>
    /// A member that is killed during the handshake leaves the same failure as another protocol. That its metrics page was
    /// answered says nothing: any web server does that.
    /// </summary>
    private async Task<bool> HasGoneAsync(CancellationToken cancellationToken) =>
        _hasAnsweredInHttp2 || (Diagnosis is not null && await Diagnosis.IsGoneAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Calls that fail together share one search: the member sees one more connection, not one for each of them.</summary>
    private Task<string?> SearchAsync(Func<CancellationToken, Task<string?>> search)
    {
        lock (_gate)
        {
            return _search = _search is { IsCompleted: false } running ? running : search(CancellationToken.None);
        }
    }
}
