using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Files;

namespace EtcdDefrag.Monitoring;

/// <summary>How members are spoken to, as plain values. Secrets are named by where they are, never held.</summary>
internal sealed record MonitorConnection
{
    private const int MaxPasswordBytes = 64 * 1024;

    /// <summary>The file of the certificate authorities that servers are trusted by; null for the system's.</summary>
    public string? CaCertificatePath { get; init; }

    /// <summary>The file of the client certificate: PEM, or PKCS#12 (.pfx, .p12).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The file of the client certificate's key, in PEM; not for PKCS#12, which holds it.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The name that servers' certificates must hold; null for the endpoint's own host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether servers' certificates go unverified.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The user of etcd's own authentication; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The file that holds the user's password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The environment variable that holds the user's password.</summary>
    public string? PasswordVariable { get; init; }

    /// <summary>Where members' metrics are that are not at their client addresses; null for none.</summary>
    public EtcdMetricsEndpoints? MetricsEndpoints { get; init; }

    /// <summary>How long making a connection may take. Default 2 s.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one call may take. Default 30 s.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What an endpoint without a scheme means: <c>https</c> where anything of TLS is given, else <c>http</c>.</summary>
    public string DefaultScheme =>
        CaCertificatePath is not null || CertificatePath is not null || ServerName is not null || SkipCertificateCheck ? "https" : "http";

    /// <summary>Reads the files and the password, as they are now.</summary>
    /// <exception cref="EtcdSettingException">A file or the variable cannot be used.</exception>
    public EtcdConnectionOptions ToOptions() => new EtcdConnectionSettings
    {
        CACertificatePath = CaCertificatePath,
        CertificatePath = CertificatePath,
        KeyPath = KeyPath,
        ServerName = ServerName,
        SkipCertificateCheck = SkipCertificateCheck,
        ConnectionTimeout = ConnectionTimeout,
        OperationTimeout = OperationTimeout,
        Credential = UserName is { } user ? new EtcdCredential(user, ReadPassword()) : null,
    }.ToOptions(new EtcdConnectionOptions { MetricsEndpoints = MetricsEndpoints });

    private static string ReadText(string file)
    {
        using var reader = new StreamReader(new MemoryStream(RegularFile.Read(file, MaxPasswordBytes)));
        return reader.ReadToEnd();
    }

    private string ReadPassword()
    {
        if (PasswordVariable is { } variable)
        {
            return Environment.GetEnvironmentVariable(variable)
                ?? throw new EtcdSettingException($"password variable '{variable}'", "it is not set", "Set it for the process that watches, or name another.");
        }

        try
        {
            // Editors and echo end a file with a line end, which is no part of a password.
            return PasswordFile is { } file ? ReadText(file).TrimEnd('\r', '\n') : "";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new EtcdSettingException($"password file '{PasswordFile}'", unreadable.Message.TrimEnd('.'), "Name a file that this process may read.", unreadable);
        }
    }
}
