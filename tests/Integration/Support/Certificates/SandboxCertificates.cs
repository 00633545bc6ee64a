using EtcdDefrag.Sandbox;

namespace EtcdDefrag.Integration.Support.Certificates;

/// <summary>The files of a sandbox with TLS, issued by one authority.</summary>
internal static class SandboxCertificates
{
    /// <summary>TLS settings with which the server alone shows a certificate. The authority's lies in ca.crt.</summary>
    /// <param name="authority">Whom the sandbox's clients trust.</param>
    /// <param name="folder">Takes ca.crt, server.crt and server.key.</param>
    /// <param name="server">The server's certificate; null for one to 127.0.0.1 and localhost with an empty subject.</param>
    public static EtcdSandboxTls Write(TestAuthority authority, string folder, TestCertificate? server = null)
    {
        var (certificate, key) = (server ?? authority.IssueServer()).WriteTo(folder, "server");
        return new EtcdSandboxTls(certificate, key) { ClientCAPath = authority.WriteTo(folder) };
    }

    /// <summary>TLS settings with which clients must show a certificate of the same authority; see <see cref="Write"/>.</summary>
    /// <param name="authority">Issues for both sides.</param>
    /// <param name="folder">Takes sandbox.crt and sandbox.key besides.</param>
    /// <param name="server">The server's certificate; null for one to 127.0.0.1 and localhost with an empty subject.</param>
    public static EtcdSandboxTls WriteMutual(TestAuthority authority, string folder, TestCertificate? server = null)
    {
        var tls = Write(authority, folder, server);
        var (certificate, key) = authority.IssueClient(commonName: null).WriteTo(folder, "sandbox");
        return tls with { TrustedCAPath = tls.ClientCAPath, ClientCertificatePath = certificate, ClientKeyPath = key };
    }
}
