using System.Globalization;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Tells a run as it happens, in the words and the order of etcd-defrag 0.42, which scripts and people know. What that tool has no
/// line for has one of its own. What became of a member is a result; all else is log.
/// </summary>
internal sealed class RunReporter(RunLog log, RunLog results, bool isDryRun = false) : IDefragObserver
{
    private ClusterSnapshot? _inspected;
    private string[] _leftAlone = [];
    private bool _isTold;
    private bool _isCompacted;
    private readonly List<EtcdDisarmResult> _disarmed = [];
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    public async Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken)
    {
        if (isDryRun)
        {
            await results.WriteAsync($"[Dry run] skip defragmenting endpoint \"{nextStep.Endpoint}\"").ConfigureAwait(false);
        }

        return !isDryRun;
    }

    public Task OnEventAsync(DefragEvent happened) => happened switch
    {
        ClusterInspected inspected => TellAsync(inspected),
        RunWarned { Warning: var warning } => TellAsync(warning),
        RunRefused { Refusal: var refusal } => log.ComplainAsync($"Refused ({refusal.Rule}): {refusal.Reason}", refusal.Remedy),
        CompactionStarting { Compaction: var compaction } => TellAsync(compaction),
        CompactionObserving observing => log.WriteAsync(MemberLines.OfWaiting(observing.Waiting, observing.Limit)),
        CompactionFinished { Compaction: var compaction } => log.WriteAsync(LinesOf(compaction)),
        RunPlanned planned => TellPlanAsync(planned.Steps),
        StepStarting starting => log.WriteAsync("[Before defragmentation] ", MemberLines.Of(starting.Status)),
        LeaderMoved moved => log.WriteAsync(
            $"Transferring the leadership from {moved.Step.MemberId} to {moved.NewLeaderId}", "Transferred the leadership successfully!"),
        DefragmentationStarted started => log.WriteAsync(MemberLines.OfStart(started.Step)),
        Observing observing => log.WriteAsync(
            $"{observing.Failure.Message} The member goes on by itself; watching it for at most {GoDuration.Write(observing.Limit)}."),
        StepFinished finished => TellResultAsync(finished),
        WaitingForHealthy { Pause.Ticks: > 0 } settling => log.WriteAsync($"Waiting for {GoDuration.Write(settling.Pause)} for next operation"),
        AlarmDisarmed { Disarm: var disarm } => TellAsync(disarm),
        AlarmsKept { NoneArmed: true } => log.WriteAsync("Start auto-disalarm", "No NOSPACE alarms found, skipping auto-disalarm"),
        AlarmsKept { Reason: var reason } => log.WriteAsync("Start auto-disalarm", $"Skipping auto-disalarm: {reason}"),
        RunStopped { Report: var report } => TellEndAsync(report),
        _ => Task.CompletedTask,
    };

    private Task TellAsync(RunWarning warning)
    {
        // What was said of the whole run is in the results too, and not said again.
        _warned.Add(warning.Text);
        return log.WarnAsync($"Warning ({warning.Rule}): {warning.Text}");
    }

    private Task TellAsync(ClusterInspected inspected)
    {
        _inspected = inspected.Snapshot;
        return log.WriteAsync([.. inspected.Health.Members.Select(MemberLines.Of)]);
    }

    private Task TellAsync(EtcdCompactionResult compaction)
    {
        _isCompacted = true;
        string[] running = compaction.Revision > 0 ? [string.Create(CultureInfo.InvariantCulture, $"Running compaction until revision: {compaction.Revision} ... ")] : [];
        return log.WriteAsync([.. LinesOf(_inspected?.Statuses ?? []), .. running]);
    }

    private Task TellAsync(EtcdDisarmResult disarm)
    {
        string[] before = _disarmed.Count == 0 ? ["Start auto-disalarm", "Found NOSPACE alarms", "Performing auto-disalarm operation..."] : [];
        _disarmed.Add(disarm);
        return log.WriteAsync([.. before, MemberLines.Of(disarm)]);
    }

    private static string[] LinesOf(IEnumerable<EtcdMemberStatus> statuses) => ["Getting members status", .. statuses.Select(MemberLines.Of)];

    private static string[] LinesOf(EtcdCompactionResult compaction) => compaction.Outcome switch
    {
        EtcdCompactionOutcome.Compacted => ["successful"],
        EtcdCompactionOutcome.NothingToDo => [$"Skip compaction: {compaction.Reason}"],
        _ => [$"failed, {compaction.Reason}"],
    };

    private Task TellPlanAsync(IReadOnlyList<EtcdDefragStep> steps)
    {
        if (_isTold)
        {
            return log.WriteAsync($"The order has changed; left to be defragmented: {MemberLines.Names(steps)}");
        }

        _isTold = true;
        _leftAlone = [.. steps.Where(s => s.Action == EtcdDefragAction.Skip).Select(s => s.MemberId)];
        var statuses = _inspected?.Statuses.Where(s => steps.Any(p => p.MemberId == s.MemberId)) ?? [];
        string[] before = _isCompacted ? [] : [.. LinesOf(statuses), "Skip compaction."];
        var wanted = steps.Count(s => s.Action == EtcdDefragAction.Defragment);
        return log.WriteAsync(
        [
            .. before,
            string.Create(CultureInfo.InvariantCulture, $"{wanted} endpoint(s) need to be defragmented: {MemberLines.Names(steps)}"),
        ]);
    }

    private async Task TellResultAsync(StepFinished finished)
    {
        var result = finished.Result;
        if (result.Outcome == EtcdDefragOutcome.Skipped)
        {
            await TellSkippedAsync(result, finished.Status).ConfigureAwait(false);
            return;
        }

        await results.WriteAsync(MemberLines.OfEnd(result)).ConfigureAwait(false);
        await log.WarnAsync([.. result.Warnings.Where(w => !_warned.Contains(w)).Select(w => $"Warning: {w}")]).ConfigureAwait(false);
        if (result.Outcome == EtcdDefragOutcome.Defragmented && finished.Status is { } status)
        {
            await log.WriteAsync("[Post defragmentation] ", MemberLines.Of(status)).ConfigureAwait(false);
        }
    }

    private async Task TellSkippedAsync(EtcdDefragResult result, EtcdMemberStatus? status)
    {
        if (isDryRun && !_leftAlone.Contains(result.MemberId))
        {
            return;
        }

        if (status is null or { IsLearner: true })
        {
            await results.WriteAsync(MemberLines.OfEnd(result)).ConfigureAwait(false);
            return;
        }

        await log.WriteAsync("[Before defragmentation] ", MemberLines.Of(status)).ConfigureAwait(false);
        await results.WriteAsync($"Evaluation result is false, so skipping endpoint: {result.Endpoint} ({result.Reason})").ConfigureAwait(false);
    }

    private async Task TellEndAsync(DefragReport report)
    {
        if (_disarmed.Count > 0 && _disarmed.TrueForAll(d => d.Error is null))
        {
            await log.WriteAsync("Auto-disalarm operation completed successfully").ConfigureAwait(false);
        }

        await log.WriteAsync(RunSummary.Of(report).Text).ConfigureAwait(false);
    }
}
