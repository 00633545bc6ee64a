using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Completion;
using EtcdDefrag.PowerShell.Connecting;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Commands;

/// <summary>Clear-EtcdAlarm: clears the NOSPACE alarm of named members, where every member has room again. It never clears CORRUPT.</summary>
[Cmdlet(VerbsCommon.Clear, "EtcdAlarm", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdDisarmResult))]
public sealed class ClearEtcdAlarmCommand : ClusterCmdlet
{
    private const double AllOfIt = 100;
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private bool _isGiven;

    /// <summary>
    /// The members whose NOSPACE alarm is to be cleared: their ids, or their names where one cluster is named. Default: those that the given
    /// objects name, such as alarms.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("MemberId")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    public string?[]? Member { get; set; }

    /// <summary>Below which part of its quota every member's file has to be, in percent. Default 90.</summary>
    [Parameter]
    [ValidateRange(0.1, 99.9)]
    public double MaxQuotaUsagePercentage { get; set; } = 90;

    /// <summary>The members' storage quota in bytes. It counts where neither a member's status nor its metrics say one.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long QuotaBytes { get; set; }

    /// <summary>Whether to clear alarms that etcd may raise again with the next write.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _isGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Member));
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _members.UnionWith((Member ?? []).OfType<string>().Where(m => m.Length > 0));
        base.ProcessRecord();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (NamesAnything && _members.Count == 0)
        {
            ThrowTerminatingError(ErrorRecords.NoMember());
        }

        base.EndProcessing();
    }

    /// <summary>From the pipeline PowerShell binds the ids itself; what was given as an argument it leaves as it is.</summary>
    private protected override bool IsWanted(PSObject item)
    {
        if (!_isGiven && PipelineObject.ReadText(item, "MemberId") is { Length: > 0 } id)
        {
            _members.Add(id);
        }

        return true;
    }

    private protected override async Task RunAsync(
        IReadOnlyList<EtcdConnection> targets, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var plans = new Dictionary<EtcdConnection, DisarmPlan>();
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            try
            {
                var operation = new DisarmOperation(connections, TimeProvider.System);
                plans[target] = await operation.PlanAsync(ToRequest(target, targets.Count == 1), cancellationToken).ConfigureAwait(false);
                await InspectedAsync(plans[target].Snapshot, streams).ConfigureAwait(false);
            }
            catch (MaintenanceException problem)
            {
                await WriteUnansweredAsync(problem, target, streams).ConfigureAwait(false);
            }
        }

        // With a name that is not understood nothing is cleared: it may stand for another member than the rest does.
        ErrorRecord[] errors = [.. FindNameErrors([.. plans.Values], areComplete: plans.Count == targets.Count)];
        foreach (var error in errors)
        {
            await streams.WriteErrorAsync(error).ConfigureAwait(false);
        }

        foreach (var (target, plan) in plans.Where(_ => errors.Length == 0))
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            await ClearAsync(new DisarmOperation(connections, TimeProvider.System), plan, streams, cancellationToken).ConfigureAwait(false);
        }
    }

    private DisarmRequest ToRequest(EtcdConnection target, bool acceptsNames) => new(target.GetEndpoints())
    {
        Members = _members,
        AcceptsNames = acceptsNames,
        MaxQuotaUsage = MaxQuotaUsagePercentage / AllOfIt,
        QuotaBytes = QuotaBytes == 0 ? null : QuotaBytes,
        Force = Force,
    };

    /// <summary>A name is unknown where every cluster was asked, and none has it.</summary>
    private static IEnumerable<ErrorRecord> FindNameErrors(IReadOnlyList<DisarmPlan> plans, bool areComplete) =>
        from name in plans.SelectMany(p => p.Unresolved).GroupBy(u => u.Text)
        let ambiguous = name.FirstOrDefault(u => u.MemberIds.Count > 1)
        where ambiguous is not null || (areComplete && name.Count() == plans.Count)
        select ambiguous is null ? ErrorRecords.NoSuchMember(name.Key) : ErrorRecords.AmbiguousMember(name.Key, ambiguous.MemberIds);

    private static async Task ClearAsync(
        DisarmOperation operation, DisarmPlan plan, CmdletStreams streams, CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps)
        {
            if (step.Warning is { } warning)
            {
                await streams.WriteWarningAsync(warning).ConfigureAwait(false);
            }

            if (step.IsArmed && plan.Obstacle is { } obstacle)
            {
                await streams.WriteErrorAsync(ErrorRecords.NoSpaceLeft(step.DisplayName, obstacle)).ConfigureAwait(false);
            }
            else if (!step.IsArmed || await streams.ShouldProcessAsync(step.DisplayName, "Clear the NOSPACE alarm").ConfigureAwait(false))
            {
                var result = await operation.ExecuteAsync(step, cancellationToken).ConfigureAwait(false);
                await streams.WriteObjectAsync(result).ConfigureAwait(false);
                if (result.Error is not null)
                {
                    await streams.WriteErrorAsync(ErrorRecords.AlarmNotCleared(step.DisplayName, result.Error)).ConfigureAwait(false);
                }
            }
        }
    }
}
