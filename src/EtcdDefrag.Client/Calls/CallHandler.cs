using System.Globalization;
using System.Net;
using EtcdDefrag.Client.Connecting;

namespace EtcdDefrag.Client.Calls;

/// <summary>
/// Stands between the gRPC library and a member's HTTP: sends each call's bytes as its <see cref="MemberCall"/> requires, and keeps
/// there what came back. It is not a DelegatingHandler, because the library looks through those: over a SocketsHttpHandler it would
/// connect by itself, past the rules for proxies and with growing pauses.
/// </summary>
internal sealed class CallHandler(MemberHttp http) : HttpMessageHandler
{
    private static readonly AsyncLocal<MemberCall?> Current = new();

    /// <summary>Says which call the library is about to make: it hands nothing on to its handler but the request.</summary>
    public static void Expect(MemberCall call) => Current.Value = call;

    /// <summary>
    /// Writes a <c>grpc-timeout</c> header, by which the server learns how long the caller waits: at most eight digits and a unit,
    /// rounded up so that the server never gives up first.
    /// </summary>
    internal static string WriteTimeout(TimeSpan timeout)
    {
        const long MaxDigits = 99_999_999;
        var milliseconds = (long)Math.Ceiling(Math.Max(1, timeout.TotalMilliseconds));
        var (number, unit) = milliseconds <= MaxDigits ? (milliseconds, "m") : (Math.Min(MaxDigits, (milliseconds + 999) / 1000), "S");
        return number.ToString(CultureInfo.InvariantCulture) + unit;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Current.Value!;
        request.Headers.Remove("grpc-accept-encoding");
        request.Headers.Remove("user-agent");
        request.Headers.TryAddWithoutValidation("user-agent", "etcd-defrag");
        if (!call.IsStream)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", WriteTimeout(call.Deadline));
        }

        request.Content = new CallContent(request.Content!, call);
        try
        {
            var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (FindProblem(response, call) is { } problem)
            {
                response.Dispose();
                throw problem;
            }

            return call.Response = response;
        }
        catch (Exception failure)
        {
            call.Failure = failure;
            throw;
        }
    }

    private static Exception? FindProblem(HttpResponseMessage response, MemberCall call)
    {
        if (call.MayHaveBegun && response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            // etcd never answers like this. A proxy does, if the member to which it passed the call did not answer it in time.
            return new IOException($"a proxy in front of it answered HTTP {(int)response.StatusCode}");
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new InvalidDataException($"it answers HTTP {(int)response.StatusCode}, not gRPC");
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        return type?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true
            ? null
            : new InvalidDataException($"it answers with {type ?? "no content type"}, not gRPC");
    }
}
