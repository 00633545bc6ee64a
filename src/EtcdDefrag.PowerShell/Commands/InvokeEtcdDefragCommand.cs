using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Running;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Invoke-EtcdDefrag: defragments members one at a time, the leader last, and writes each result as it is known.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EtcdDefrag", DefaultParameterSetName = EndpointSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdDefragResult))]
public sealed class InvokeEtcdDefragCommand : ClusterCmdlet
{
    private readonly RunProgress _progress = new();
    private TimeSpan? _defragmentTimeout;

    /// <summary>Whether to defragment every member of the cluster, and not only those that are named.</summary>
    [Parameter]
    public SwitchParameter Cluster { get; set; }

    /// <summary>Whether to go on with the next member after one has refused, if the cluster is still well.</summary>
    [Parameter]
    public SwitchParameter ContinueOnError { get; set; }

    /// <summary>How long to wait for one defragmentation, in seconds. Without it the time follows the bytes in use.</summary>
    [Parameter]
    [ValidateRange(0.001, 604800.0)]
    public double DefragmentTimeoutSeconds
    {
        get => _defragmentTimeout?.TotalSeconds ?? 0;
        set => _defragmentTimeout = TimeSpan.FromSeconds(value);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            base.EndProcessing();
        }
        finally
        {
            _progress.Complete(this);
        }
    }

    private protected override async Task RunAsync(
        IReadOnlyList<ClusterTarget> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var isWhatIf = await streams.IsWhatIfAsync().ConfigureAwait(false);
        foreach (var target in targets)
        {
            var observer = new PipelineObserver(streams, _progress, isWhatIf, target, cancellationToken);
            using var connections = new MemberConnections(Connector.Create(), target.Options);
            var runner = new DefragRunner(connections, TimeProvider.System);
            var report = await runner.RunAsync(ToRequest(target), observer, cancellationToken).ConfigureAwait(false);
            if (report.WasCancelled)
            {
                // The run has ended in good order; the pipeline must still hear that it was stopped.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private DefragRequest ToRequest(ClusterTarget target) => new()
    {
        Endpoints = target.Endpoints,
        WholeCluster = Cluster,
        ContinueOnError = ContinueOnError,
        DefragmentTimeout = _defragmentTimeout,
    };
}
