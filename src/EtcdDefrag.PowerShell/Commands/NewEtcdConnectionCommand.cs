using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.PowerShell.Completion;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>
/// New-EtcdConnection: how to reach a cluster, said once for all cmdlets. Reads certificates and the environment, asks DNS where it
/// is to, and speaks to no member.
/// </summary>
[Cmdlet(VerbsCommon.New, "EtcdConnection")]
[OutputType(typeof(EtcdConnection))]
public sealed class NewEtcdConnectionCommand : EtcdCmdlet
{
    /// <summary>Client addresses of one cluster's members. Default: what ETCDCTL_ENDPOINTS says, else 127.0.0.1:2379.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string[]? Endpoint { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Name(Endpoint);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var connections = FindConnections(out var unreadable);
        if (unreadable == 0)
        {
            WarnOfSkippedChecks(connections.Select(c => c.GetOptions()));
            WriteObject(connections, enumerateCollection: true);
        }
    }
}
