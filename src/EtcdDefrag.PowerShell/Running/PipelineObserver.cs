using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Views;
using EtcdDefrag.Text;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>Shows a run in a cmdlet's streams as it happens, and asks the user before each step where that was wanted.</summary>
internal sealed class PipelineObserver(
    CmdletStreams streams, RunProgress progress, DefragRequest request, bool isWhatIf, CancellationToken stop) : IDefragObserver
{
    private readonly HashSet<string> _warned = [];
    private Dictionary<string, string> _names = [];
    private bool _hasSeveralVoters;
    private bool _isRefused;

    /// <inheritdoc/>
    public Task OnEventAsync(DefragEvent runEvent) => runEvent switch
    {
        ClusterInspected inspected => ShowAsync(inspected),
        RunWarned { Warning: var warning } => ShowAsync(warning),
        RunRefused refused => ShowAsync(refused),
        RunPlanned planned => ShowAsync(planned),
        StepStarting starting => streams.WriteVerboseAsync(
            $"{Name(starting.Step)} is next: it will not respond for {ViewText.About(starting.Step.EstimatedPause)} and needs up to "
            + $"{Units.Size(starting.Step.DiskBytesNeeded)} of free disk beside its database. {starting.Step.Reason}"),
        LeaderMoved moved => streams.WriteInformationAsync(
            $"{Name(moved.Step)} handed leadership over to {_names.GetValueOrDefault(moved.NewLeaderId, moved.NewLeaderId)}."),
        DefragmentationStarted started => ShowAsync(started),
        Observing observing => ShowAsync(observing),
        StepFinished finished => ShowAsync(finished),
        WaitingForHealthy settling => ShowAsync(settling),
        HealthyAgain settled => ShowAsync(settled),

        // What could not be cleared is the run's error.
        AlarmDisarmed { Disarm.WasDisarmed: false } or AlarmsKept { NoneArmed: false } => Task.CompletedTask,
        AlarmsKept => streams.WriteVerboseAsync("No NOSPACE alarm is armed."),
        _ => streams.WriteEventAsync(runEvent),
    };

    /// <inheritdoc/>
    public async Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken)
    {
        if (wasApproved)
        {
            return null;
        }

        var handOver = request.MoveLeader && nextStep.IsLeader && _hasSeveralVoters ? ", after handing leadership over" : "";
        var action = $"Defragment {Units.Size(nextStep.DbSize)}, {ViewText.About(nextStep.EstimatedPause)} pause{handOver}";
        return await streams.ShouldProcessAsync(Name(nextStep), action).ConfigureAwait(false) ? null : "It was not confirmed.";
    }

    private Task ShowAsync(ClusterInspected inspected)
    {
        var health = inspected.Health;
        _hasSeveralVoters = health.VoterCount > 1;
        _names = inspected.Snapshot.Statuses.DistinctBy(s => s.MemberId).ToDictionary(
            s => s.MemberId, s => ViewText.Member(s.Endpoint, s.Name, isLeader: false), StringComparer.Ordinal);
        progress.BeginRun(request.Pause);
        return streams.WriteVerboseAsync(
            $"Cluster {health.ClusterId}: {health.HealthyVoterCount} of {health.VoterCount} voting members are healthy, quorum is {health.Quorum}.");
    }

    private Task ShowAsync(RunRefused refused)
    {
        _isRefused = true;
        return streams.WriteErrorAsync(ErrorRecords.RunRefused(refused.Refusal, RefusalSubject.Of(refused, request.Endpoints)));
    }

    private Task ShowAsync(RunWarning warning) =>
        _warned.Add(warning.Text) ? streams.WriteWarningAsync(warning.Text) : Task.CompletedTask;

    private async Task ShowAsync(RunPlanned planned)
    {
        foreach (var (step, place) in progress.Plan(planned.Steps))
        {
            await streams.WriteVerboseAsync(
                $"Step {place}: {step.Action} {Name(step)}, {Units.Size(step.DbSize)}, {Units.Size(step.DbSizeFree)} free. {step.Reason}")
                .ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(DefragmentationStarted started)
    {
        var doing = $"{ViewText.About(started.Step.EstimatedPause)}; Ctrl+C ends the waiting, the member goes on by itself";
        await streams.ShowProgressAsync(progress.Show(started.Step, doing)).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"Defragmenting {Name(started.Step)}; waiting at most {Units.Duration(started.Deadline)}.").ConfigureAwait(false);
    }

    private async Task ShowAsync(Observing observing)
    {
        const string Doing = "no answer; watching the member until it is known what it did";
        await streams.ShowProgressAsync(progress.Show(observing.Step, Doing)).ConfigureAwait(false);
        await streams.WriteVerboseAsync(
            $"{Name(observing.Step)}: {Doing}, at most {Units.Duration(observing.Limit)}. {observing.Failure.Message}").ConfigureAwait(false);
    }

    private async Task ShowAsync(StepFinished finished)
    {
        progress.Finish(finished.Result.MemberId);
        if (isWhatIf && finished.WasDeclined)
        {
            return;
        }

        await SayAsync(finished.Result).ConfigureAwait(false);
        await streams.WriteObjectAsync(finished.Result).ConfigureAwait(false);
        await ShowErrorAsync(finished).ConfigureAwait(false);
    }

    private async Task SayAsync(EtcdDefragResult result)
    {
        var name = ViewText.Member(result.Endpoint, result.Name, result.IsLeader);
        await (result.Outcome switch
        {
            EtcdDefragOutcome.Defragmented => streams.WriteInformationAsync(
                $"Defragmented {name} in {Units.Duration(result.Duration)}: {Units.Size(result.DbSizeBefore)} -> {Units.Size(result.DbSizeAfter)}.{Observed(result)}"),
            EtcdDefragOutcome.Unknown when stop.IsCancellationRequested => streams.WriteHostWarningAsync(
                $"{name} goes on defragmenting by itself; see its status before you start another run."),
            _ => streams.WriteVerboseAsync($"{name}: {result.Outcome}. {result.Reason}"),
        }).ConfigureAwait(false);

        // What was said of the whole run is in the result too, and not said again.
        foreach (var warning in result.Warnings.Where(w => !_warned.Contains(w)))
        {
            await streams.WriteWarningAsync($"{name}: {warning}").ConfigureAwait(false);
        }
    }

    private static string Observed(EtcdDefragResult result) => result.WasObserved ? $" {result.Reason}" : "";

    private Task ShowErrorAsync(StepFinished finished) => RunSummary.ErrorOf(finished.Result, _isRefused) switch
    {
        // Without a call to the member itself it is the hand-over that went wrong.
        ResultError.Failed when request.MoveLeader && finished.Result is { IsLeader: true, StartedAt: null } =>
            streams.WriteErrorAsync(ErrorRecords.LeaderNotMoved(finished.Result, finished.Error)),
        ResultError.Failed => streams.WriteErrorAsync(ErrorRecords.DefragmentationFailed(finished.Result, finished.Error)),
        ResultError.Unknown => streams.WriteErrorAsync(ErrorRecords.OutcomeUnknown(finished.Result, finished.Error)),
        ResultError.NotReached => streams.WriteErrorAsync(ErrorRecords.MemberNotReached(finished.Result, finished.Error)),
        _ => Task.CompletedTask,
    };

    private async Task ShowAsync(WaitingForHealthy settling)
    {
        var doing = settling.Pause > TimeSpan.Zero
            ? $"pausing for {Units.Duration(settling.Pause)}, then waiting until the cluster is healthy again"
            : "waiting until the cluster is healthy again";
        await streams.ShowProgressAsync(progress.Show(doing)).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"Between two members: {doing}, which may take {Units.Duration(settling.Limit)}.").ConfigureAwait(false);
    }

    private async Task ShowAsync(HealthyAgain settled)
    {
        await streams.ShowProgressAsync(progress.Show("the cluster is healthy again")).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"The cluster is healthy again, {Units.Duration(settled.Took)} after the last step.").ConfigureAwait(false);
    }

    private static string Name(EtcdDefragStep step) => ViewText.Member(step.Endpoint, step.Name, step.IsLeader);
}
