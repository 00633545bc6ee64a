using System.Globalization;
using EtcdDefrag.Events;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;

namespace EtcdDefrag.Cli.Output;

/// <summary>
/// Reports a run as it happens, in the words and the order of etcd-defrag 0.42, which scripts and people know. What that tool has no
/// line for has one of its own. What became of a member is a result; everything else is log.
/// </summary>
internal sealed class RunReporter(RunLog log, RunLog results, bool isDryRun = false)
{
    private readonly List<EtcdDisarmResult> _disarmed = [];
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private ClusterSnapshot? _inspected;
    private string[] _leftAlone = [];
    private bool _isPlanned;
    private bool _isCompacted;

    public string? FindObjection(EtcdDefragStep nextStep)
    {
        if (!isDryRun)
        {
            return null;
        }

        results.Write($"[Dry run] skip defragmenting endpoint \"{nextStep.Endpoint}\"");
        return "Dry run: it would be defragmented.";
    }

    public void Report(DefragEvent runEvent)
    {
        switch (runEvent)
        {
            case RunWarned { Warning: var warning }:
                // What was said of the whole run is in the results too, and not said again.
                _warned.Add(warning.Text);
                log.Warn($"Warning ({warning.Rule}): {warning.Text}");
                break;
            case RunRefused { Refusal: var refusal }:
                log.Complain($"Refused ({refusal.Rule}): {refusal.Reason}", refusal.Remedy);
                break;
            case StepFinished { Result.Outcome: EtcdDefragOutcome.Skipped } skipped:
                ReportSkipped(skipped.Result, skipped.Status);
                break;
            case StepFinished finished:
                ReportResult(finished.Result, finished.Status);
                break;
            default:
                log.Write([.. LinesOf(runEvent)]);
                break;
        }
    }

    private IEnumerable<string> LinesOf(DefragEvent runEvent) => runEvent switch
    {
        ClusterInspected inspected => LinesOf(inspected),
        CompactionStarting { Compaction: var compaction } => LinesOfStart(compaction),
        CompactionObserving observing => [MemberLines.OfWaiting(observing.Waiting, observing.Limit)],
        CompactionFinished { IsDryRun: true, Compaction: var compaction } =>
            [.. LinesOfStart(compaction with { Revision = 0 }), compaction.Reason],
        CompactionFinished { Compaction: var compaction } => [LineOfEnd(compaction)],
        RunPlanned planned => LinesOf(planned.Steps),
        StepStarting starting => ["[Before defragmentation] ", MemberLines.Of(starting.Status)],
        LeaderMoved moved =>
        [
            $"Transferring the leadership from {moved.Step.MemberId} to {moved.NewLeaderId}", "Transferred the leadership successfully!",
        ],
        DefragmentationStarted started => [MemberLines.OfStart(started.Step)],
        Observing observing =>
        [
            $"{observing.Failure.Message} The member goes on by itself; watching it for at most {GoDuration.Write(observing.Limit)}.",
        ],
        WaitingForHealthy { Pause.Ticks: > 0 } settling => [$"Waiting for {GoDuration.Write(settling.Pause)} for next operation"],
        AlarmDisarmed { Disarm: var disarm } => LinesOf(disarm),
        AlarmsKept { NoneArmed: true } => ["Start auto-disalarm", "No NOSPACE alarms found, skipping auto-disalarm"],
        AlarmsKept { Reason: var reason } => ["Start auto-disalarm", $"Skipping auto-disalarm: {reason}"],
        RunStopped { Report: var report } => LinesOf(report),
        _ => runEvent.Describe().Where(e => e.Level > EtcdMonitorLevel.Debug).Select(e => e.Message),
    };

    private IEnumerable<string> LinesOf(ClusterInspected inspected)
    {
        _inspected = inspected.Snapshot;
        return inspected.Health.Members.Select(MemberLines.Of);
    }

    private IEnumerable<string> LinesOfStart(EtcdCompactionResult compaction)
    {
        _isCompacted = true;
        string[] running = compaction.Revision > 0
            ? [string.Create(CultureInfo.InvariantCulture, $"Running compaction until revision: {compaction.Revision} ... ")]
            : [];
        return [.. LinesOf(_inspected?.Statuses ?? []), .. running];
    }

    private static string LineOfEnd(EtcdCompactionResult compaction) => compaction.Outcome switch
    {
        EtcdCompactionOutcome.Compacted => "successful",
        EtcdCompactionOutcome.NothingToDo => $"Skip compaction: {compaction.Reason}",
        _ => $"failed, {compaction.Reason}",
    };

    private IEnumerable<string> LinesOf(EtcdDisarmResult disarm)
    {
        string[] before = _disarmed.Count == 0
            ? ["Start auto-disalarm", "Found NOSPACE alarms", "Performing auto-disalarm operation..."]
            : [];
        _disarmed.Add(disarm);
        return [.. before, MemberLines.Of(disarm)];
    }

    private static IEnumerable<string> LinesOf(IEnumerable<EtcdMemberStatus> statuses) =>
        ["Getting members status", .. statuses.Select(MemberLines.Of)];

    private IEnumerable<string> LinesOf(IReadOnlyList<EtcdDefragStep> steps)
    {
        if (_isPlanned)
        {
            return [$"The order has changed; left to be defragmented: {MemberLines.Names(steps)}"];
        }

        _isPlanned = true;
        _leftAlone = [.. steps.Where(s => s.Action == EtcdDefragAction.Skip).Select(s => s.MemberId)];
        var statuses = _inspected?.Statuses.Where(s => steps.Any(p => p.MemberId == s.MemberId)) ?? [];
        string[] before = _isCompacted ? [] : [.. LinesOf(statuses), "Skip compaction."];
        var wanted = steps.Count(s => s.Action == EtcdDefragAction.Defragment);
        return
        [
            .. before,
            string.Create(CultureInfo.InvariantCulture, $"{wanted} endpoint(s) need to be defragmented: {MemberLines.Names(steps)}"),
        ];
    }

    private IEnumerable<string> LinesOf(DefragReport report)
    {
        var areAllDisarmed = _disarmed.Count > 0 && _disarmed.TrueForAll(d => d.Error is null);
        return [.. areAllDisarmed ? ["Auto-disalarm operation completed successfully"] : Array.Empty<string>(), RunSummary.Of(report).Text];
    }

    private void ReportResult(EtcdDefragResult result, EtcdMemberStatus? status)
    {
        results.Write(MemberLines.OfEnd(result));
        log.Warn([.. result.Warnings.Where(w => !_warned.Contains(w)).Select(w => $"Warning: {w}")]);
        if (result.Outcome == EtcdDefragOutcome.Defragmented && status is not null)
        {
            log.Write("[Post defragmentation] ", MemberLines.Of(status));
        }
    }

    private void ReportSkipped(EtcdDefragResult result, EtcdMemberStatus? status)
    {
        if (isDryRun && !_leftAlone.Contains(result.MemberId))
        {
            return;
        }

        if (status is null or { IsLearner: true })
        {
            results.Write(MemberLines.OfEnd(result));
            return;
        }

        log.Write("[Before defragmentation] ", MemberLines.Of(status));
        results.Write($"Evaluation result is false, so skipping endpoint: {result.Endpoint} ({result.Reason})");
    }
}
