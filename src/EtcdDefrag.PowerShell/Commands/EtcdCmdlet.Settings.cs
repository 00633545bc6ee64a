using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;

namespace EtcdDefrag.PowerShell.Commands;

/// <content>What the parameters say of how members are spoken to.</content>
public abstract partial class EtcdCmdlet
{
    private EtcdConnectionSettings ReadSettings() => new()
    {
        ConnectionTimeout = _connectionTimeout,
        OperationTimeout = _operationTimeout,
        CACertificatePath = Resolve(CACertificatePath),
        Certificate = Certificate,
        CertificatePath = Resolve(CertificatePath),
        KeyPath = Resolve(KeyPath),
        CertificatePassword = CertificatePassword is null ? null : new PSCredential("certificate", CertificatePassword).GetNetworkCredential().Password,
        CertificateThumbprint = CertificateThumbprint,
        ServerName = ServerName,
        SkipCertificateCheck = MyInvocation.BoundParameters.ContainsKey(nameof(SkipCertificateCheck)) ? SkipCertificateCheck : null,
        Credential = Credential == PSCredential.Empty ? null : new EtcdCredential(Credential.UserName, Credential.GetNetworkCredential().Password),
        EndpointMap = EndpointMap is null ? null : [.. EndpointMap.Keys.Cast<object>().Select(k => KeyValuePair.Create($"{k}", $"{EndpointMap[k]}"))],
        ExcludeLocalhost = MyInvocation.BoundParameters.ContainsKey(nameof(ExcludeLocalhost)) ? ExcludeLocalhost : null,
    };

    /// <summary>A path as PowerShell means it: relative to its own location, with its drives.</summary>
    private string? Resolve(string? path) => path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
}
