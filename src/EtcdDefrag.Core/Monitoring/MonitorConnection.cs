using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Files;

namespace EtcdDefrag.Monitoring;

/// <summary>How to connect to members, as plain values: files and variables are named here, and secrets are never held.</summary>
internal sealed record MonitorConnection
{
    private const int MaxPasswordBytes = 64 * 1024;

    public string? CaCertificatePath { get; init; }

    public string? CertificatePath { get; init; }

    public string? KeyPath { get; init; }

    public string? ServerName { get; init; }

    public bool SkipCertificateCheck { get; init; }

    public string? UserName { get; init; }

    public string? PasswordFile { get; init; }

    public string? PasswordVariable { get; init; }

    public EtcdMetricsEndpoints? MetricsEndpoints { get; init; }

    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The scheme of endpoints that have none: https if any setting of TLS is given.</summary>
    public string DefaultScheme =>
        CaCertificatePath is not null || CertificatePath is not null || ServerName is not null || SkipCertificateCheck ? "https" : "http";

    /// <summary>Reads the files and the password as they are now.</summary>
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

    private string ReadPassword()
    {
        if (PasswordVariable is { } variable)
        {
            const string Remedy = "Set it for the process that watches, or name another.";
            return Environment.GetEnvironmentVariable(variable)
                ?? throw new EtcdSettingException($"password variable '{variable}'", "it is not set", Remedy);
        }

        try
        {
            // Editors and echo end a file with a line end, which is not part of the password.
            return PasswordFile is { } file ? ReadText(file).TrimEnd('\r', '\n') : "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            const string Readable = "Name a file that this process may read.";
            throw new EtcdSettingException($"password file '{PasswordFile}'", failure.Message.TrimEnd('.'), Readable, failure);
        }
    }

    /// <summary>Detects the encoding by its byte order mark.</summary>
    private static string ReadText(string file)
    {
        using var reader = new StreamReader(new MemoryStream(RegularFile.Read(file, MaxPasswordBytes)));
        return reader.ReadToEnd();
    }
}
