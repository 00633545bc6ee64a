using System.ComponentModel;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Text;

namespace EtcdDefrag.Client.Connecting;

/// <summary>
/// Explains why a server ended a TLS connection, from its alert. On Windows Schannel has a code for it, beside words in the user's language;
/// elsewhere the runtime has OpenSSL's text ("alert unknown ca") or its own ('UnknownCA'). Without any there is no explanation.
/// </summary>
internal static class TlsAlert
{
    /// <summary>"Schannel error codes for TLS and SSL alerts": what Windows makes of an alert. Several alerts share a code.</summary>
    private static readonly Dictionary<int, string> OfSchannel = new()
    {
        [unchecked((int)0x80090302)] = "alert protocol version", // SEC_E_UNSUPPORTED_FUNCTION
        [unchecked((int)0x8009030C)] = "alert certificate access denied", // SEC_E_LOGON_DENIED
        [unchecked((int)0x80090325)] = "alert unknown ca", // SEC_E_UNTRUSTED_ROOT
        [unchecked((int)0x80090326)] = "alert handshake failure", // SEC_E_ILLEGAL_MESSAGE, also for certificate_required
        [unchecked((int)0x80090327)] = "alert bad certificate", // SEC_E_CERT_UNKNOWN
        [unchecked((int)0x80090328)] = "alert certificate expired", // SEC_E_CERT_EXPIRED
        [unchecked((int)0x80090331)] = "alert handshake failure", // SEC_E_ALGORITHM_MISMATCH, for insufficient_security
        [unchecked((int)0x80092010)] = "alert certificate revoked", // CRYPT_E_REVOKED
    };

    /// <summary>The reason, as the end of a sentence; null if the failure contains none.</summary>
    public static string? Explain(Exception failure, EtcdConnectionOptions options, DateTimeOffset now)
    {
        var text = Normalize(string.Join(' ', CallFailure.Chain(failure).Select(Read)));
        var own = options.ClientCertificate;
        return text switch
        {
            _ when !Has(text, "alert") => null,
            _ when own is null && (Has(text, "certificate required") || Has(text, "bad certificate") || Has(text, "handshake failure")) =>
                "the server wants a client certificate, and none was given",
            _ when own is not null && (Has(text, "certificate") || Has(text, "unsupported cert") || Has(text, "unknown ca")) =>
                $"the server refused the client certificate '{own}': {ExplainRefusal(text, own, now)}",
            _ when Has(text, "protocol version") => "the server does not support TLS 1.2 or later",
            _ when Has(text, "handshake failure") => "client and server have no cipher suite in common",
            _ when Has(text, "unrecognized name") => "the server does not know the name that it was asked for",
            _ => null,
        };
    }

    private static string Read(Exception failure) =>
        OfSchannel.GetValueOrDefault(failure is Win32Exception system ? system.NativeErrorCode : failure.HResult) ?? failure.Message;

    private static string ExplainRefusal(string text, EtcdClientCertificate own, DateTimeOffset now) => text switch
    {
        _ when own.Expires < now => $"it expired on {Units.Time(own.Expires)}",
        _ when own.ValidFrom > now => $"it is not valid before {Units.Time(own.ValidFrom)}",
        _ when Has(text, "unknown ca") => $"it does not know the authority '{own.GetCertificate().Issuer}' that issued it",
        _ => $"it was issued by '{own.GetCertificate().Issuer}', which the server does not trust, or is not made for clients",
    };

    private static bool Has(string text, string words) => text.Contains(Normalize(words), StringComparison.OrdinalIgnoreCase);

    private static string Normalize(string text) => string.Concat(text.Where(c => c is not (' ' or '\'')));
}
