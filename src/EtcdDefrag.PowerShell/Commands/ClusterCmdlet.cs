using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.PowerShell.Async;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>
/// What cmdlets that work on a whole cluster have in common: it is named by endpoints, or by statuses from the pipeline. They
/// begin when all names are in, since the order of members is decided over all of them.
/// </summary>
public abstract class ClusterCmdlet : EtcdCmdlet
{
    private protected const string EndpointSet = "Endpoint";
    private protected const string InputObjectSet = "InputObject";

    private readonly List<string> _endpoints = [];
    private readonly List<EtcdMemberStatus> _statuses = [];

    /// <summary>
    /// Client addresses of one cluster's members. Belongs to every parameter set, so that a default for it
    /// ($PSDefaultParameterValues) does not shut the pipeline out; statuses from the pipeline take precedence over it.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public string[] Endpoint { get; set; } = [DefaultEndpoint];

    /// <summary>Statuses, as Get-EtcdMemberStatus gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ValidateNotNull]
    public EtcdMemberStatus[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InputObjectSet)
        {
            _statuses.AddRange(InputObject);
        }
        else
        {
            _endpoints.AddRange(Endpoint);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var targets = FindTargets();
        if (targets.Length > 0)
        {
            Await((streams, cancellationToken) => RunAsync(targets, streams, cancellationToken));
        }
    }

    /// <summary>Does what the cmdlet is for; at least one target, each a cluster of its own.</summary>
    private protected abstract Task RunAsync(IReadOnlyList<ClusterTarget> targets, CmdletStreams streams, CancellationToken cancellationToken);

    private ClusterTarget[] FindTargets()
    {
        var endpoints = ReadEndpoints(_endpoints);
        if (endpoints.Count < _endpoints.Count)
        {
            // A name that cannot be read may stand for a member that matters: then nobody is asked at all.
            return [];
        }

        if (endpoints.Count + _statuses.Count == 0)
        {
            WriteVerbose("No member came from the pipeline: there is nothing to do.");
        }

        var targets = ClusterTarget.Of(_statuses).Select(t => t with { Options = OptionsOver(t.Options) });
        return endpoints.Count == 0 ? [.. targets] : [.. targets, new ClusterTarget(endpoints, OptionsOver(new EtcdConnectionOptions()))];
    }
}
