using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// Says what a server means by ending a TLS connection. The runtime hands its alert on in OpenSSL's words ("alert unknown ca"), or on
/// Windows in its own ('UnknownCA'); where a TLS stack says nothing that can be read, there is no explanation here.
/// </summary>
internal static class TlsAlert
{
    /// <summary>The reason as the end of a sentence; null where the failure holds none.</summary>
    public static string? Explain(Exception failure, EtcdConnectionOptions options, DateTimeOffset now)
    {
        var text = Squeeze(string.Join(' ', Chain(failure).Select(e => e.Message)));
        return Says(text, "alert") ? Explain(text, options.ClientCertificate, now) : null;
    }

    private static string? Explain(string text, EtcdClientCertificate? own, DateTimeOffset now) => text switch
    {
        _ when own is null && (Says(text, "certificate required") || Says(text, "bad certificate") || Says(text, "handshake failure")) =>
            "the server wants a client certificate, and none was given",
        _ when own is not null && IsAboutCertificates(text) => $"the server refused the client certificate '{own}': {ExplainRefusal(text, own, now)}",
        _ when Says(text, "protocol version") => "the server speaks no TLS of version 1.2 or later",
        _ when Says(text, "handshake failure") => "client and server have no cipher in common",
        _ when Says(text, "unrecognized name") => "the server does not know the name it was asked for",
        _ => null,
    };

    private static bool IsAboutCertificates(string text) => Says(text, "certificate") || Says(text, "unsupported cert") || Says(text, "unknown ca");

    private static string ExplainRefusal(string text, EtcdClientCertificate own, DateTimeOffset now) => text switch
    {
        _ when own.Expires < now => $"it expired on {Units.Time(own.Expires)}",
        _ when own.ValidFrom > now => $"it is not valid before {Units.Time(own.ValidFrom)}",
        _ when Says(text, "unknown ca") => $"it does not know the authority '{own.GetCertificate().Issuer}' that issued it",
        _ => $"it was issued by '{own.GetCertificate().Issuer}', which the server does not trust, or is not made for clients",
    };

    private static bool Says(string text, string word) => text.Contains(Squeeze(word), StringComparison.OrdinalIgnoreCase);

    private static string Squeeze(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);

    private static IEnumerable<Exception> Chain(Exception thrown)
    {
        for (Exception? e = thrown; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}
