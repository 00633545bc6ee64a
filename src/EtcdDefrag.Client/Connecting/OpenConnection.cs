using EtcdDefrag.Connection;

namespace EtcdDefrag.Client.Connecting;

/// <summary>The connections to one member below its calls, and what was learned over them. They are made when they are first needed.</summary>
internal sealed class OpenConnection : IDisposable
{
    private readonly EtcdConnectionOptions _options;
    private ITimer? _end;

    public OpenConnection(EtcdEndpoint endpoint, EtcdConnectionOptions options, EnvironmentProxy? proxy)
    {
        _options = options;
        Check = new ServerCertificateCheck(endpoint, options);
        Handler = MemberHandlers.Create(endpoint, options, Check, proxy);
    }

    public HttpMessageHandler Handler { get; }

    public ServerCertificateCheck Check { get; }

    /// <summary>The token that the member issued to the user; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>What it depends on, for <see cref="SessionConnections"/>.</summary>
    public string Key { get; init; } = "";

    /// <summary>When it was made, as a timestamp of the clock.</summary>
    public long MadeAt { get; init; }

    /// <summary>
    /// Whether it may be used for more work. The client certificate may have been disposed of by its owner, and a new handshake needs it.
    /// </summary>
    public bool IsUsable(TimeProvider time) =>
        time.GetElapsedTime(MadeAt) < SessionConnections.Lifetime && _options.ClientCertificate?.GetCertificate().Handle != IntPtr.Zero;

    public void CloseAfter(TimeSpan left, Action close, TimeProvider time) =>
        _end = time.CreateTimer(_ => close(), state: null, left, Timeout.InfiniteTimeSpan);

    /// <summary>It is in use again.</summary>
    public void StayOpen() => _end?.Dispose();

    public void Dispose()
    {
        _end?.Dispose();
        Handler.Dispose();
    }
}
