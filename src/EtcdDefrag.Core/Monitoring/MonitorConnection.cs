using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.Files;

namespace EtcdDefrag.Monitoring;

/// <summary>The connection settings of a configuration, which say where the password is and never hold it.</summary>
internal sealed record MonitorConnection : EtcdConnectionSettings
{
    private const int MaxPasswordBytes = 64 * 1024;

    public MonitorConnection()
    {
        // A configuration that writes a default out is the same as one that does not.
        var defaults = new EtcdConnectionOptions();
        SkipCertificateCheck = defaults.SkipCertificateCheck;
        ConnectionTimeout = defaults.ConnectionTimeout;
        OperationTimeout = defaults.OperationTimeout;
    }

    public string? UserName { get; init; }

    public string? PasswordFile { get; init; }

    public string? PasswordVariable { get; init; }

    /// <summary>The metrics endpoints, which are parsed when the configuration is read.</summary>
    public EtcdMetricsEndpoints? Metrics { get; init; }

    /// <summary>The scheme of endpoints that have none: https if any setting of TLS is given.</summary>
    public string DefaultScheme =>
        (CACertificatePath, CertificatePath, ServerName) is (null, null, null) && SkipCertificateCheck != true ? "http" : "https";

    /// <summary>Reads the files and the password as they are now.</summary>
    /// <exception cref="EtcdSettingException">A file or the variable cannot be used.</exception>
    public EtcdConnectionOptions ToOptions()
    {
        var settings = UserName is { } user ? this with { Credential = new EtcdCredential(user, ReadPassword()) } : this;
        return settings.ToOptions(new EtcdConnectionOptions { MetricsEndpoints = Metrics });
    }

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
