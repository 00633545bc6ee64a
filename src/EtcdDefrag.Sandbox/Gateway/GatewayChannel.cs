using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdDefrag.Sandbox.Gateway;

/// <summary>The HTTP below a gateway's calls to one address.</summary>
internal sealed class GatewayChannel : IDisposable
{
    private static readonly TimeSpan LoginPatience = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    private readonly HttpClient _http;
    private readonly GatewayLogin _login;
    private readonly TimeProvider _time;

    public GatewayChannel(Uri address, TimeProvider time, SslClientAuthenticationOptions? tls = null, GatewayLogin? login = null)
    {
        _time = time;
        _login = login ?? new GatewayLogin();

        // A proxy of the environment is not for loopback; the timeouts are set call by call.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tls ?? new() })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, Action<Utf8JsonWriter> write, string? token = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var request = new HttpRequestMessage(method, path) { Content = new ReadOnlyMemoryContent(buffer.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token is not null)
        {
            // etcd takes the bare token; a scheme before it is for others.
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        return request;
    }

    public Task<TAnswer> PostAsync<TAnswer>(string path, Action<Utf8JsonWriter> write, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync<TAnswer>(HttpMethod.Post, path, write, timeout, cancellationToken);

    public async Task<TAnswer> CallAsync<TAnswer>(
        HttpMethod method, string path, Action<Utf8JsonWriter> write, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var token = await _login.GetTokenAsync(this, refused: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await AskAsync<TAnswer>(method, path, write, token, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdGatewayException exception) when (token is not null && GatewayLogin.IsTokenRefusal(exception))
        {
            token = await _login.GetTokenAsync(this, refused: token, cancellationToken).ConfigureAwait(false);
            return await AskAsync<TAnswer>(method, path, write, token, timeout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Exchanges a password for a token; whoever is signed in stays so.</summary>
    public async Task<string> AuthenticateAsync(string user, string password, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("name", user);
            json.WriteString("password", password);
        }

        var answer = await AskAsync<EtcdGatewayAnswer>(
            HttpMethod.Post, "v3/auth/authenticate", Write, token: null, LoginPatience, cancellationToken).ConfigureAwait(false);
        return answer.Token;
    }

    /// <summary>A token that has all its life before it, for a request that cannot be made twice; null where nobody is signed in.</summary>
    public async Task<string?> GetNewTokenAsync(CancellationToken cancellationToken)
    {
        var token = await _login.GetTokenAsync(this, refused: null, cancellationToken).ConfigureAwait(false);
        return await _login.GetTokenAsync(this, refused: token, cancellationToken).ConfigureAwait(false);
    }

    public async Task<(bool Succeeded, string Body)> SendAsync(
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

    public void Dispose() => _http.Dispose();

    private async Task<TAnswer> AskAsync<TAnswer>(
        HttpMethod method, string path, Action<Utf8JsonWriter> write, string? token, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, write, token);
        var (succeeded, body) = await SendAsync(request, timeout, cancellationToken).ConfigureAwait(false);
        return succeeded
            ? JsonSerializer.Deserialize<TAnswer>(body, Json) ?? throw new EtcdGatewayException(path, code: 2, "an empty answer")
            : throw Failure(path, body);
    }

    /// <summary>Reads the body of a refusal.</summary>
    public static EtcdGatewayException Failure(string path, string body)
    {
        var error = ReadError(body);
        return new EtcdGatewayException(path, error.Code, error.Message);
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
