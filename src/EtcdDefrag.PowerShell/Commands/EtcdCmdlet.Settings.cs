using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.PowerShell.Commands;

/// <content>What the parameters say of how members are spoken to.</content>
public abstract partial class EtcdCmdlet
{
    private const string FileSystem = "FileSystem";

    private EtcdConnectionSettings ReadSettings() => new()
    {
        ConnectionTimeout = _connectionTimeout,
        OperationTimeout = _operationTimeout,
        CACertificatePath = Resolve(CACertificatePath, "CA certificate"),
        Certificate = Certificate,
        CertificatePath = Resolve(CertificatePath, "client certificate"),
        KeyPath = Resolve(KeyPath, "key"),
        CertificatePassword = CertificatePassword is null ? null : new PSCredential("certificate", CertificatePassword).GetNetworkCredential().Password,
        CertificateThumbprint = CertificateThumbprint,
        ServerName = ServerName,
        SkipCertificateCheck = MyInvocation.BoundParameters.ContainsKey(nameof(SkipCertificateCheck)) ? SkipCertificateCheck : null,
        Credential = Credential == PSCredential.Empty ? null : new EtcdCredential(Credential.UserName, Credential.GetNetworkCredential().Password),
        EndpointMap = EndpointMap is null ? null : [.. EndpointMap.Keys.Cast<object>().Select(k => KeyValuePair.Create($"{k}", $"{EndpointMap[k]}"))],
        MetricsEndpoints = MetricsEndpoint,
        ExcludeLocalhost = MyInvocation.BoundParameters.ContainsKey(nameof(ExcludeLocalhost)) ? ExcludeLocalhost : null,
    };

    /// <summary>A path as PowerShell means it: relative to its own location, with its drives.</summary>
    private string? Resolve(string? path, string what)
    {
        if (path is null)
        {
            return null;
        }

        var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == FileSystem ? resolved : throw new EtcdSettingException(
            $"{what} '{path}'", $"it is a path of the provider {provider.Name}, not a file",
            provider.Name == "Certificate" ? "Give what is there as -Certificate (Get-Item), or its -CertificateThumbprint." : "Give the path of a file.");
    }

    /// <summary>A socket file is looked for where PowerShell is, which is not where the process is.</summary>
    private EtcdEndpoint Locate(EtcdEndpoint endpoint) => endpoint.SocketPath is not { } path || Path.IsPathRooted(path)
        ? endpoint
        : EtcdEndpoint.Parse($"{endpoint.Scheme}://{Path.Combine(SessionState.Path.CurrentFileSystemLocation.ProviderPath, path)}");
}
