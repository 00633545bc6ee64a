using System.Globalization;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Cli.Output;

/// <summary>Tells a run as it happens, in the words and the order of etcd-defrag 0.42, which scripts and people know.</summary>
internal sealed class RunReporter(RunLog log) : IDefragObserver
{
    private ClusterSnapshot? _inspected;
    private bool _isTold;

    public Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task OnEventAsync(DefragEvent happened) => happened switch
    {
        ClusterInspected inspected => TellHealthAsync(inspected),
        RunRefused { Refusal: var refusal } => TellRefusalAsync(refusal),
        RunPlanned planned => TellPlanAsync(planned.Steps),
        StepStarting starting => TellStatusAsync("[Before defragmentation] ", starting.Status),
        DefragmentationStarted started => log.WriteAsync($"Defragmenting endpoint \"{started.Step.Endpoint}\""),
        StepFinished finished => TellResultAsync(finished),
        _ => Task.CompletedTask,
    };

    /// <summary>The closing line.</summary>
    public Task TellEndAsync(DefragReport report)
    {
        var failed = report.Results.Count(r => r.Outcome is EtcdDefragOutcome.Failed or EtcdDefragOutcome.Unknown);
        return (report.IsSuccess, failed) switch
        {
            (true, _) => log.WriteAsync("The defragmentation is successful."),
            (_, > 0) => log.WriteAsync(string.Create(
                CultureInfo.InvariantCulture, $"{failed} (total {report.Results.Count}) endpoint(s) failed to be defragmented.")),
            _ => log.WriteAsync("Nothing more was defragmented."),
        };
    }

    private async Task TellHealthAsync(ClusterInspected inspected)
    {
        _inspected = inspected.Snapshot;
        foreach (var m in inspected.Health.Members)
        {
            var name = m.Endpoint.Length > 0 ? m.Endpoint : m.MemberId;
            var line = $"endpoint: {name}, health: {(m.IsHealthy ? "true" : "false")}, took: {GoDuration.Write(m.Took)}, error: {m.Reason}";
            await log.WriteAsync(line.TrimEnd()).ConfigureAwait(false);
        }
    }

    private async Task TellRefusalAsync(GuardRefusal refusal)
    {
        await log.WriteAsync($"Refused ({refusal.Rule}): {refusal.Reason}").ConfigureAwait(false);
        await log.WriteAsync(refusal.WayOut).ConfigureAwait(false);
    }

    private async Task TellPlanAsync(IReadOnlyList<EtcdDefragStep> steps)
    {
        if (_isTold)
        {
            await log.WriteAsync($"The order has changed; left to be defragmented: {Names(steps)}").ConfigureAwait(false);
            return;
        }

        _isTold = true;
        var wanted = steps.Count(s => s.Action == EtcdDefragAction.Defragment);
        await log.WriteAsync("Getting members status").ConfigureAwait(false);
        foreach (var status in _inspected?.Statuses.Where(s => steps.Any(p => p.MemberId == s.MemberId)) ?? [])
        {
            await log.WriteAsync(Describe(status)).ConfigureAwait(false);
        }

        await log.WriteAsync("Skip compaction.").ConfigureAwait(false);
        await log.WriteAsync(string.Create(
            CultureInfo.InvariantCulture, $"{wanted} endpoint(s) need to be defragmented: {Names(steps)}")).ConfigureAwait(false);
    }

    private async Task TellStatusAsync(string heading, EtcdMemberStatus status)
    {
        await log.WriteAsync(heading).ConfigureAwait(false);
        await log.WriteAsync(Describe(status)).ConfigureAwait(false);
    }

    private async Task TellResultAsync(StepFinished finished)
    {
        var result = finished.Result;
        switch (result.Outcome)
        {
            case EtcdDefragOutcome.Defragmented:
                await log.WriteAsync(
                    $"Finished defragmenting etcd endpoint \"{result.Endpoint}\". took {GoDuration.Write(result.Duration)}").ConfigureAwait(false);
                if (finished.Status is { } status)
                {
                    await TellStatusAsync("[Post defragmentation] ", status).ConfigureAwait(false);
                }

                break;
            case EtcdDefragOutcome.Failed:
                await log.WriteAsync(
                    $"Failed to defragment etcd member \"{result.Endpoint}\". took {GoDuration.Write(result.Duration)}. ({result.Reason})").ConfigureAwait(false);
                break;
            case EtcdDefragOutcome.Unknown:
                await log.WriteAsync(
                    $"Outcome unknown for etcd member \"{result.Endpoint}\". took {GoDuration.Write(result.Duration)}. ({result.Reason})").ConfigureAwait(false);
                break;
            case EtcdDefragOutcome.Skipped:
                await log.WriteAsync($"Skipped endpoint \"{result.Endpoint}\": {result.Reason}").ConfigureAwait(false);
                break;
            default:
                await log.WriteAsync($"Not attempted: endpoint \"{result.Endpoint}\": {result.Reason}").ConfigureAwait(false);
                break;
        }
    }

    private static string Names(IEnumerable<EtcdDefragStep> steps) =>
        $"[{string.Join(' ', steps.Where(s => s.Action == EtcdDefragAction.Defragment).Select(s => s.Endpoint))}]";

    private static string Describe(EtcdMemberStatus s) => string.Create(
        CultureInfo.InvariantCulture,
        $"endpoint: {s.Endpoint}, dbSize: {s.DbSize}, dbSizeInUse: {s.DbSizeInUse}, memberId: {s.MemberId}, leader: {LeaderOf(s)}, revision: {s.Revision}, term: {s.RaftTerm}, index: {s.RaftIndex}");

    private static string LeaderOf(EtcdMemberStatus status) => status.LeaderId.Length > 0 ? status.LeaderId : "0";
}
