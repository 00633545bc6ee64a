using System.Management.Automation;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
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
        var strangers = _members.ToHashSet(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            using var connections = new MemberConnections(Connector.Create(streams), target.GetOptions());
            var inspector = new ClusterInspector(connections, TimeProvider.System);
            var snapshot = await inspector.InspectClusterAsync(target.GetEndpoints(), InspectionScope.Status, cancellationToken).ConfigureAwait(false);
            Session.Remember(snapshot);
            if (snapshot.MemberList is null)
            {
                // Nobody can say whose alarms there are.
                strangers.Clear();
                await WriteFailuresAsync(snapshot, streams).ConfigureAwait(false);
                continue;
            }

            // A name may belong to members of several clusters, an id does not.
            var meant = _members.ToDictionary(m => m, m => SpaceAlarms.FindMembers(snapshot, m, byName: targets.Count == 1), StringComparer.Ordinal);
            strangers.ExceptWith(meant.Where(m => m.Value.Count > 0).Select(m => m.Key));
            foreach (var (text, ids) in meant.Where(m => m.Value.Count > 1))
            {
                await streams.WriteErrorAsync(ErrorRecords.AmbiguousMember(text, ids)).ConfigureAwait(false);
            }

            string[] clear = [.. meant.Values.Where(ids => ids.Count == 1).SelectMany(ids => ids).Distinct(StringComparer.Ordinal)];
            await ClearAsync(new SpaceAlarms(connections), snapshot, target.GetOptions(), clear, streams, cancellationToken).ConfigureAwait(false);
        }

        foreach (var stranger in strangers)
        {
            await streams.WriteErrorAsync(ErrorRecords.NoSuchMember(stranger)).ConfigureAwait(false);
        }
    }

    private async Task ClearAsync(
        SpaceAlarms alarms, ClusterSnapshot snapshot, EtcdConnectionOptions options, string[] memberIds, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var armed = SpaceAlarms.FindArmed(snapshot);
        var obstacle = Force ? null : SpaceAlarms.FindObstacle(snapshot, MaxQuotaUsagePercentage / AllOfIt, QuotaBytes == 0 ? null : QuotaBytes);
        foreach (var memberId in memberIds)
        {
            var member = snapshot.MemberList!.FirstOrDefault(m => m.MemberId == memberId);
            var name = member?.Name ?? "";
            EtcdDisarmResult Complete(EtcdDisarmResult result) => result with
            {
                Name = name,
                Endpoint = snapshot.Members.FirstOrDefault(m => m.MemberId == memberId)?.Endpoint ?? (member?.ClientUrls is [var url, ..] ? url : ""),
                Connection = options,
            };
            var shown = name.Length == 0 ? memberId : $"{name} ({memberId})";
            if (snapshot.Alarms.Any(a => a.MemberId == memberId && a.AlarmType == EtcdAlarmType.Corrupt))
            {
                await streams.WriteWarningAsync($"The CORRUPT alarm of {shown} stays armed: its data has to be looked at.").ConfigureAwait(false);
            }

            if (!armed.Contains(memberId))
            {
                await streams.WriteObjectAsync(Complete(new EtcdDisarmResult(memberId, false, "Its NOSPACE alarm is not armed."))).ConfigureAwait(false);
            }
            else if (obstacle is not null)
            {
                await streams.WriteErrorAsync(ErrorRecords.NoSpaceLeft(shown, obstacle)).ConfigureAwait(false);
            }
            else if (await streams.ShouldProcessAsync(shown, "Clear the NOSPACE alarm").ConfigureAwait(false))
            {
                var result = await alarms.DisarmAsync(snapshot, memberId, cancellationToken).ConfigureAwait(false);
                await streams.WriteObjectAsync(Complete(result)).ConfigureAwait(false);
                await (result.Error is null ? Task.CompletedTask : streams.WriteErrorAsync(ErrorRecords.AlarmNotCleared(shown, result.Error))).ConfigureAwait(false);
            }
        }
    }
}
