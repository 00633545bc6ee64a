using System.Globalization;
using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;
using EtcdDefrag.PowerShell.Running;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Invoke-EtcdDefrag: defragments members one at a time, the leader last, and writes each result as it is known.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EtcdDefrag", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdDefragResult))]
public sealed class InvokeEtcdDefragCommand : PlanningCmdlet
{
    private static readonly DefragRequest Defaults = new() { Endpoints = [] };

    private readonly RunProgress _progress = new();

    /// <summary>The action of a step from Get-EtcdDefragPlan: Skip leaves the member alone, unless -Cluster is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public EtcdDefragAction Action { get; set; }

    /// <summary>Whether to go on with the next member after one has refused, if every guard holds again.</summary>
    [Parameter]
    public SwitchParameter ContinueOnError { get; set; }

    /// <summary>Whether to hand leadership over before the leader is defragmented. Where that fails, the leader is left alone.</summary>
    [Parameter]
    public SwitchParameter MoveLeader { get; set; }

    /// <summary>
    /// Whether to run without the lock (the key etcd-defrag/run), for users who may not write keys.
    /// </summary>
    [Parameter]
    public SwitchParameter NoLock { get; set; }

    /// <summary>Whether to clear NOSPACE alarms after the run, if every member's file is below -DisarmThreshold of its quota.</summary>
    [Parameter]
    public SwitchParameter AutoDisarm { get; set; }

    /// <summary>The part of its quota that no member's file may reach for -AutoDisarm, above 0 and below 1. Default 0.9.</summary>
    [Parameter]
    [ValidateRange(0.01, 0.99)]
    public double DisarmThreshold { get; set; } = DefragRequest.DefaultDisarmThreshold;

    /// <summary>How long to wait between two members, and after leadership was handed over, in seconds. Default 0.</summary>
    [Parameter]
    [ValidateRange(0.0, 86400.0)]
    public double PauseSeconds { get; set; } = Defaults.Pause.TotalSeconds;

    /// <summary>How long to wait after a step, and after the pause, until every guard holds again, in seconds. Default 60.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double SettleTimeoutSeconds { get; set; } = Defaults.SettleTimeout.TotalSeconds;

    /// <summary>How long to wait for a member's answer, in seconds. Default: its bytes in use at 10 MB/s + 30 s, at least 60 s.</summary>
    [Parameter]
    [ValidateRange(0.001, 604800.0)]
    public double DefragmentTimeoutSeconds { get; set; }

    /// <summary>How long to watch a member whose answer did not come, in seconds. Default: as for -DefragmentTimeoutSeconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 604800.0)]
    public double ObservationTimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null || Cluster || Action != EtcdDefragAction.Skip)
        {
            base.ProcessRecord();
        }
    }

    private protected override bool IsWanted(PSObject item)
    {
        var action = item.Properties[nameof(Action)]?.Value;
        return Cluster
            || !LanguagePrimitives.TryConvertTo<EtcdDefragAction>(action, CultureInfo.InvariantCulture, out var planned)
            || planned != EtcdDefragAction.Skip;
    }

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var isWhatIf = await streams.IsWhatIfAsync().ConfigureAwait(false);
        foreach (var target in targets)
        {
            var request = ToRequest(target) with { DisarmBelow = AutoDisarm && !isWhatIf ? DisarmThreshold : null };
            var observer = new PipelineObserver(streams, _progress, request, isWhatIf, cancellationToken);
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            var runner = new DefragRunner(connections, TimeProvider.System);
            var report = await runner.RunAsync(request, observer, cancellationToken).ConfigureAwait(false);
            foreach (var failure in report.Failures)
            {
                await streams.WriteErrorAsync(ErrorRecords.AlarmsKept(failure, target.GetEndpoints())).ConfigureAwait(false);
            }

            if (report.WasCancelled)
            {
                // The run has ended properly; the pipeline must still be told that it was stopped.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private DefragRequest ToRequest(EtcdConnection target) => ToPlanRequest(target) with
    {
        ContinueOnError = ContinueOnError,
        MoveLeader = MoveLeader,
        NoLock = NoLock,
        Pause = TimeSpan.FromSeconds(PauseSeconds),
        SettleTimeout = TimeSpan.FromSeconds(SettleTimeoutSeconds),
        DefragmentTimeout = ReadTimeout(DefragmentTimeoutSeconds),
        ObservationTimeout = ReadTimeout(ObservationTimeoutSeconds),
    };

    private static TimeSpan? ReadTimeout(double seconds) => seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
}
