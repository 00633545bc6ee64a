namespace EtcdDefrag.Sandbox;

/// <summary>
/// TLS on the members' client addresses. The members' own traffic among each other stays plain. All files are PEM, and etcd reads
/// the server's certificate anew for every connection, so that it can be exchanged while the members run.
/// </summary>
/// <param name="CertificatePath">
/// The members' server certificate (<c>--cert-file</c>), with its intermediates behind it. It should be issued to 127.0.0.1. Where
/// clients must have certificates it should also be good for a client: etcd's own JSON gateway shows it when it calls its member.
/// </param>
/// <param name="KeyPath">Its key (<c>--key-file</c>).</param>
internal sealed record EtcdSandboxTls(string CertificatePath, string KeyPath)
{
    /// <summary>Who issues the certificates that every client must show (<c>--trusted-ca-file</c>); null: clients need none.</summary>
    public string? TrustedCAPath { get; init; }

    /// <summary>
    /// Whom the sandbox's own clients trust to have issued the server's certificate. Null: they take the certificate in
    /// <see cref="CertificatePath"/> and no other, also where its dates or names are wrong on purpose.
    /// </summary>
    public string? ClientCAPath { get; init; }

    /// <summary>
    /// The certificate the sandbox's own clients show, with its intermediates behind it. Where authentication is enabled, a client
    /// that has not signed in is the user of its CommonName.
    /// </summary>
    public string? ClientCertificatePath { get; init; }

    public string? ClientKeyPath { get; init; }

    /// <summary>The flags for etcd.</summary>
    public IEnumerable<string> Arguments()
    {
        string[] server = [$"--cert-file={Path.GetFullPath(CertificatePath)}", $"--key-file={Path.GetFullPath(KeyPath)}"];
        return TrustedCAPath is null ? server : [.. server, $"--trusted-ca-file={Path.GetFullPath(TrustedCAPath)}", "--client-cert-auth"];
    }

    /// <summary>Finds what would only show as a member that does not answer.</summary>
    /// <exception cref="EtcdSandboxException">A setting or a file is missing; the message names it.</exception>
    public void Check()
    {
        if ((ClientCertificatePath is null) != (ClientKeyPath is null))
        {
            throw new EtcdSandboxException($"{nameof(ClientCertificatePath)} and {nameof(ClientKeyPath)} go together; one is missing.");
        }

        if (TrustedCAPath is not null && ClientCertificatePath is null)
        {
            throw new EtcdSandboxException(
                $"With {nameof(TrustedCAPath)} the members refuse clients without a certificate, and the sandbox itself is one: "
                + $"give {nameof(ClientCertificatePath)} and {nameof(ClientKeyPath)}.");
        }

        string?[] files = [CertificatePath, KeyPath, TrustedCAPath, ClientCAPath, ClientCertificatePath, ClientKeyPath];
        if (Array.Find(files, file => file is not null && !File.Exists(file)) is { } missing)
        {
            throw new EtcdSandboxException($"The file {missing} of the sandbox's TLS settings does not exist.");
        }
    }
}
