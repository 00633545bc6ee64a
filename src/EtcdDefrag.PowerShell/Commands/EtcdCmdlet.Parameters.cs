using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Settings;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Connecting;

namespace EtcdDefrag.PowerShell.Commands;

/// <content>The parameters, and the connection settings that they stand for.</content>
public abstract partial class EtcdCmdlet
{
    private static readonly EtcdConnectionOptions Defaults = new();

    // Endpoint has the type PSObject, since PowerShell would make a text of an object; and every parameter set has it, so that a default in
    // $PSDefaultParameterValues shuts nothing out. InputObject is taken whole, because PowerShell binds no property of it to a parameter
    // that was given already, by a default perhaps.

    /// <summary>Client addresses of members, or output of other cmdlets. Default: ETCDCTL_ENDPOINTS, else 127.0.0.1:2379.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public virtual PSObject[]? Endpoint { get; set; }

    /// <summary>What names members: endpoints, connections, and output of other cmdlets, live or from a job.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>How to reach the cluster, from New-EtcdConnection. The other parameters override it, and so do input objects.</summary>
    [Parameter]
    [Connection]
    public EtcdConnection? Connection { get; set; }

    /// <summary>How long making a connection to a member may take, in seconds. Default 2.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double ConnectionTimeoutSeconds { get; set; } = Defaults.ConnectionTimeout.TotalSeconds;

    /// <summary>How long one call to a member may take once connected, in seconds. Default 30.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double OperationTimeoutSeconds { get; set; } = Defaults.OperationTimeout.TotalSeconds;

    /// <summary>The file (PEM) of the authorities to trust instead of the system's. Default: ETCDCTL_CACERT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CACertificatePath { get; set; }

    /// <summary>The client certificate with its key, from Get-Item Cert:\... or Azure Automation's Get-AutomationCertificate.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The client certificate's file: PEM or PFX (.pfx, .p12). Default: ETCDCTL_CERT and ETCDCTL_KEY.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <summary>The file of the client certificate's key, in PEM.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The password of the PFX or of the key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>The client certificate's thumbprint in the personal store of the user or of the machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>The name that the members' certificates must hold (SNI). Default: each endpoint's own host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>Whether to accept any certificate of a member. Then whoever is on the way can read and change the traffic.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The user of etcd's authentication. Default: ETCDCTL_USER and ETCDCTL_PASSWORD.</summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential Credential { get; set; } = PSCredential.Empty;

    /// <summary>Endpoints to use for members (by name, id or advertised address) whose advertised address is out of reach.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? EndpointMap { get; set; }

    /// <summary>Where metrics are served, if not at the client addresses: <c>http://{host}:2381</c>, or ENDPOINT=URL.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? MetricsEndpoint { get; set; }

    /// <summary>Whether advertised loopback addresses are ignored when the other members are looked for.</summary>
    [Parameter]
    public SwitchParameter ExcludeLocalhost { get; set; }

    /// <summary>The DNS domain whose SRV records name the endpoints. It overrides -Endpoint.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DiscoverySrv { get; set; }

    /// <summary>Selects one of several clusters in -DiscoverySrv, by the NAME in _etcd-client-ssl-NAME._tcp.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DiscoverySrvName { get; set; }

    /// <summary>Whether -DiscoverySrv may give endpoints without TLS, and certificates need not hold the domain's name.</summary>
    [Parameter]
    public SwitchParameter InsecureDiscovery { get; set; }

    /// <summary>The DNS server to ask for -DiscoverySrv, an IP address with or without a port. Default: the system's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DnsServer { get; set; }

    private EtcdConnectionSettings ReadSettings() => new()
    {
        ConnectionTimeout = IsGiven(nameof(ConnectionTimeoutSeconds)) ? TimeSpan.FromSeconds(ConnectionTimeoutSeconds) : null,
        OperationTimeout = IsGiven(nameof(OperationTimeoutSeconds)) ? TimeSpan.FromSeconds(OperationTimeoutSeconds) : null,
        CACertificatePath = Resolve(CACertificatePath, "CA certificate"),
        Certificate = Certificate,
        CertificatePath = Resolve(CertificatePath, "client certificate"),
        KeyPath = Resolve(KeyPath, "key"),
        CertificatePassword = CertificatePassword is null ? null : new NetworkCredential("", CertificatePassword).Password,
        CertificateThumbprint = CertificateThumbprint,
        ServerName = ServerName,
        SkipCertificateCheck = ReadSwitch(nameof(SkipCertificateCheck), SkipCertificateCheck),
        Credential = Credential == PSCredential.Empty
            ? null
            : new EtcdCredential(Credential.UserName, Credential.GetNetworkCredential().Password),
        EndpointMap = EndpointMap is null
            ? null
            : [.. EndpointMap.Keys.Cast<object>().Select(k => KeyValuePair.Create($"{k}", $"{EndpointMap[k]}"))],
        MetricsEndpoints = MetricsEndpoint,
        ExcludeLocalhost = ReadSwitch(nameof(ExcludeLocalhost), ExcludeLocalhost),
    };

    private bool? ReadSwitch(string parameter, SwitchParameter value) => IsGiven(parameter) ? value.ToBool() : null;

    /// <summary>A path as PowerShell means it: relative to its own location, with its drives.</summary>
    private string? Resolve(string? path, string what)
    {
        if (path is null)
        {
            return null;
        }

        var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == "FileSystem" ? resolved : throw new EtcdSettingException(
            $"{what} '{path}'", $"it is a path of the provider {provider.Name}, not a file",
            provider.Name == "Certificate"
                ? "Give what is there as -Certificate (Get-Item), or its -CertificateThumbprint."
                : "Give the path of a file.");
    }

    /// <summary>A socket file is looked for where PowerShell is, which is not where the process is.</summary>
    private EtcdEndpoint Locate(EtcdEndpoint endpoint) => endpoint.SocketPath is not { } path || Path.IsPathRooted(path)
        ? endpoint
        : EtcdEndpoint.Parse($"{endpoint.Scheme}://{Path.Combine(SessionState.Path.CurrentFileSystemLocation.ProviderPath, path)}");
}
