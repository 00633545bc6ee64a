using System.Management.Automation;
using EtcdDefrag.Connection;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>New-EtcdConnection: how to reach a cluster, given once for all cmdlets. Contacts no member.</summary>
[Cmdlet(VerbsCommon.New, "EtcdConnection")]
[OutputType(typeof(EtcdConnection))]
public sealed class NewEtcdConnectionCommand : EtcdCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var connections = FindConnections(byCluster: false, out var invalidEndpoints);
        if (invalidEndpoints == 0)
        {
            WarnOfSkippedChecks(connections.Select(c => c.GetOptions()));
            WriteObject(connections, enumerateCollection: true);
        }
    }
}
