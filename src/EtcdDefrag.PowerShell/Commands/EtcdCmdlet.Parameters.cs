using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdDefrag.Connection;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Connecting;

namespace EtcdDefrag.PowerShell.Commands;

/// <content>The parameters.</content>
public abstract partial class EtcdCmdlet
{
    /// <summary>
    /// Client addresses of members, or what other cmdlets give, which is then taken as from the pipeline: PowerShell would make a text of it
    /// if these were strings. Belongs to every parameter set, so that a default for it ($PSDefaultParameterValues) shuts nothing out; what
    /// comes down the pipeline goes before it. Default: what ETCDCTL_ENDPOINTS says, else 127.0.0.1:2379.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public virtual PSObject[]? Endpoint { get; set; }

    /// <summary>
    /// What names members: endpoints, connections, and what other cmdlets give, live or from a job. Taken whole, since PowerShell binds no
    /// property to a parameter that was given already, by a default perhaps.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>
    /// How to reach the cluster, as New-EtcdConnection gives it. What an object from the pipeline brings along goes before it, and so do
    /// the other parameters; members are named by it or by -Endpoint, and not by both.
    /// </summary>
    [Parameter]
    [Connection]
    public EtcdConnection? Connection { get; set; }

    /// <summary>How long making a connection to a member may take, in seconds. Default 2.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double ConnectionTimeoutSeconds
    {
        get => (_connectionTimeout ?? Defaults.ConnectionTimeout).TotalSeconds;
        set => _connectionTimeout = TimeSpan.FromSeconds(value);
    }

    /// <summary>How long one call to a member may take once connected, in seconds. Default 30.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double OperationTimeoutSeconds
    {
        get => (_operationTimeout ?? Defaults.OperationTimeout).TotalSeconds;
        set => _operationTimeout = TimeSpan.FromSeconds(value);
    }

    /// <summary>
    /// A file with the certificates (PEM) of the authorities that are trusted, instead of those that the system trusts. Default: what
    /// ETCDCTL_CACERT says.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CACertificatePath { get; set; }

    /// <summary>The client certificate with its key, as Get-Item Cert:\... or Azure Automation's Get-AutomationCertificate gives it.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>
    /// The client certificate's file: PEM, with -KeyPath or with the key in it, or a PFX (.pfx, .p12). Default: what ETCDCTL_CERT and
    /// ETCDCTL_KEY say.
    /// </summary>
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

    /// <summary>The name that the members are asked for (SNI) and that their certificates must hold. Default: each endpoint's own host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>Whether to take the members' certificates unseen. Then whoever is on the way can read and change what is said.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The user of etcd's authentication. Default: what ETCDCTL_USER and ETCDCTL_PASSWORD say.</summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential Credential { get; set; } = PSCredential.Empty;

    /// <summary>
    /// Where members are reached whose advertised addresses do not lead to them from here: a table of their names, ids or advertised
    /// addresses, and the endpoints, for example <c>@{ 'etcd-1' = 'https://127.0.0.1:12379' }</c>.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? EndpointMap { get; set; }

    /// <summary>
    /// Where the members' metrics are, if not at their client addresses: <c>http://{host}:2381</c> for every member, or
    /// <c>https://10.0.0.1:2379=http://10.0.0.1:2381</c> for one.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? MetricsEndpoint { get; set; }

    /// <summary>Whether advertised addresses of the loopback interface are passed over when the other members are looked for.</summary>
    [Parameter]
    public SwitchParameter ExcludeLocalhost { get; set; }

    /// <summary>The DNS domain whose SRV records name the endpoints: _etcd-client-ssl._tcp and _etcd-client._tcp. It goes before -Endpoint.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DiscoverySrv { get; set; }

    /// <summary>Tells one of several clusters of -DiscoverySrv: the records are those of _etcd-client-ssl-NAME._tcp and _etcd-client-NAME._tcp.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DiscoverySrvName { get; set; }

    /// <summary>
    /// Whether endpoints without TLS are accepted from -DiscoverySrv. Without it only those with TLS are, and their certificates must
    /// hold the domain's name, so that forged records lead nowhere.
    /// </summary>
    [Parameter]
    public SwitchParameter InsecureDiscovery { get; set; }

    /// <summary>The DNS server to ask for -DiscoverySrv, an IP address with or without a port. Default: the system's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DnsServer { get; set; }
}
