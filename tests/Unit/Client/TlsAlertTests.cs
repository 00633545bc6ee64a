using System.ComponentModel;
using System.Security.Authentication;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Tls;
using EtcdDefrag.Client.Connecting;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Client;

/// <summary>The alerts of a server, as OpenSSL names them to the runtime and as the runtime names them on Windows.</summary>
public sealed class TlsAlertTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("error:0A000412:SSL routines::ssl/tls alert bad certificate", "the server wants a client certificate, and none was given")]
    [InlineData("Authentication failed because the remote party sent a TLS alert: 'BadCertificate'.", "the server wants a client certificate, and none was given")]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", "the server wants a client certificate, and none was given")]
    [InlineData("Authentication failed because the remote party sent a TLS alert: 'HandshakeFailure'.", "the server wants a client certificate, and none was given")]
    [InlineData("error:0A00042E:SSL routines::tlsv1 alert protocol version", "the server does not support TLS 1.2 or later")]
    [InlineData("Authentication failed because the remote party sent a TLS alert: 'ProtocolVersion'.", "the server does not support TLS 1.2 or later")]
    [InlineData("Connection reset by peer", null)]
    public void Without_a_client_certificate(string said, string? expected) =>
        Assert.Equal(expected, TlsAlert.Explain(new IOException("It failed.", new AuthenticationException(said)), new(), TimeProvider.System.GetUtcNow()));

    [Theory]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", "it does not know the authority 'CN=operator' that issued it")]
    [InlineData("Authentication failed because the remote party sent a TLS alert: 'UnknownCA'.", "it does not know the authority 'CN=operator' that issued it")]
    [InlineData("Authentication failed because the remote party sent a TLS alert: 'UnsupportedCert'.", "it was issued by 'CN=operator', which the server does not trust, or is not made for clients")]
    [InlineData("error:0A000412:SSL routines::ssl/tls alert bad certificate", "it was issued by 'CN=operator', which the server does not trust, or is not made for clients")]
    public void With_a_client_certificate(string said, string expected)
    {
        var options = new EtcdConnectionOptions { ClientCertificate = EtcdClientCertificate.From(_files.Certificate) };

        Assert.Equal(
            $"the server refused the client certificate 'CN=operator': {expected}",
            TlsAlert.Explain(new AuthenticationException(said), options, TimeProvider.System.GetUtcNow()));
    }

    /// <summary>What Schannel throws: no word of it says what happened, or in which language.</summary>
    [Theory]
    [InlineData(0x80090327, false, "the server wants a client certificate, and none was given")]
    [InlineData(0x80090326, false, "the server wants a client certificate, and none was given")]
    [InlineData(0x80090302, false, "the server does not support TLS 1.2 or later")]
    [InlineData(0x80090325, true, "the server refused the client certificate 'CN=operator': it does not know the authority 'CN=operator' that issued it")]
    [InlineData(0x8009030C, true, "the server refused the client certificate 'CN=operator': it was issued by 'CN=operator', which the server does not trust, or is not made for clients")]
    [InlineData(0x80092010, true, "the server refused the client certificate 'CN=operator': it was issued by 'CN=operator', which the server does not trust, or is not made for clients")]
    [InlineData(0x80090326, true, "client and server have no cipher suite in common")]
    [InlineData(0x80090317, true, null)] // the context has expired: the connection was closed
    public void Windows_gives_a_code_and_words_of_any_language(uint code, bool hasCertificate, string? expected)
    {
        var options = new EtcdConnectionOptions { ClientCertificate = hasCertificate ? EtcdClientCertificate.From(_files.Certificate) : null };
        var failure = new IOException(
            "The decryption operation failed, see inner exception.", new Win32Exception(unchecked((int)code), "Die Zertifikatkette ist nicht vertrauenswürdig."));

        Assert.Equal(expected, TlsAlert.Explain(failure, options, TimeProvider.System.GetUtcNow()));
    }
}
