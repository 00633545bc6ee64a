using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Model;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>
/// What cmdlets that work on a whole cluster have in common: it is named by endpoints, or by statuses from the pipeline. They
/// begin when all names are in, since the order of members is decided over all of them.
/// </summary>
public abstract class ClusterCmdlet : EtcdCmdlet
{
    private protected const string EndpointSet = "Endpoint";
    private protected const string InputObjectSet = "InputObject";

    private readonly List<(EtcdMemberStatus Status, EtcdConnectionOptions Options)> _statuses = [];

    /// <summary>
    /// Client addresses of one cluster's members. Belongs to every parameter set, so that a default for it
    /// ($PSDefaultParameterValues) does not shut the pipeline out; statuses from the pipeline take precedence over it. Default: what
    /// ETCDCTL_ENDPOINTS says, else 127.0.0.1:2379.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string[]? Endpoint { get; set; }

    /// <summary>Statuses, as Get-EtcdMemberStatus gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ValidateNotNull]
    public EtcdMemberStatus[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InputObjectSet)
        {
            _statuses.AddRange(InputObject.Select(s => (s, Connection?.GetOptions() ?? s.Connection)));
        }
        else
        {
            Name(Endpoint);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var targets = FindTargets();
        if (targets.Length > 0)
        {
            WarnOfSkippedChecks(targets.Select(t => t.GetOptions()));
            Await((streams, cancellationToken) => RunAsync(targets, streams, cancellationToken));
        }
    }

    /// <summary>Does what the cmdlet is for; at least one target, each a cluster of its own.</summary>
    private protected abstract Task RunAsync(IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken);

    private EtcdConnection[] FindTargets()
    {
        var named = FindConnections(out var unreadable);
        if (unreadable > 0)
        {
            // A name that cannot be read may stand for a member that matters: then nobody is asked at all.
            return [];
        }

        if (named.Count + _statuses.Count == 0)
        {
            WriteVerbose("No member came from the pipeline: there is nothing to do.");
        }

        return [.. FindClusters(), .. named];
    }

    /// <summary>One target a cluster, in the order in which the clusters came.</summary>
    private IEnumerable<EtcdConnection> FindClusters() =>
        from named in _statuses
        group named by named.Status.ClusterId into cluster
        select new EtcdConnection([.. cluster.Select(n => EtcdEndpoint.Parse(n.Status.Endpoint)).Distinct()], OptionsOver(cluster.First().Options));
}
