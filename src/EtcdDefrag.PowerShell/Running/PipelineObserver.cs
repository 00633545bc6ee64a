using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Commands;
using EtcdDefrag.PowerShell.Errors;
using EtcdDefrag.PowerShell.Views;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>Shows a run in a cmdlet's streams as it happens, and asks the user before each step where that was wanted.</summary>
internal sealed class PipelineObserver(
    CmdletStreams streams, RunProgress progress, bool isWhatIf, ClusterTarget target, CancellationToken stop) : IDefragObserver
{
    private readonly HashSet<string> _declined = [];

    /// <inheritdoc/>
    public Task OnEventAsync(DefragEvent happened) => happened switch
    {
        ClusterInspected inspected => ShowAsync(inspected),
        RunPlanned planned => ShowAsync(planned),
        StepStarting starting => streams.WriteVerboseAsync($"{Name(starting.Step)} is next. {starting.Step.Reason}"),
        DefragmentationStarted started => ShowAsync(started),
        StepFinished finished => ShowAsync(finished),
        RunRefused refused => ShowAsync(refused),
        _ => Task.CompletedTask,
    };

    /// <inheritdoc/>
    public async Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken)
    {
        var action = $"Defragment {ViewText.Size(nextStep.DbSize)}, {ViewText.About(nextStep.EstimatedPause)} pause";
        var isApproved = await streams.ShouldProcessAsync(Name(nextStep), action).ConfigureAwait(false);
        if (!isApproved)
        {
            _declined.Add(nextStep.MemberId);
        }

        return isApproved;
    }

    private Task ShowAsync(ClusterInspected inspected)
    {
        var health = inspected.Health;
        return streams.WriteVerboseAsync(
            $"Cluster {health.ClusterId}: {health.HealthyVoterCount} of {health.VoterCount} voting members are healthy, quorum is {health.Quorum}.");
    }

    private async Task ShowAsync(RunPlanned planned)
    {
        progress.Begin(planned.Steps.Count);
        foreach (var step in planned.Steps)
        {
            await streams.WriteVerboseAsync(
                $"Step {step.Order} of {planned.Steps.Count}: {step.Action} {Name(step)}, {ViewText.Size(step.DbSize)}, {ViewText.Size(step.DbSizeFree)} free. {step.Reason}")
                .ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(DefragmentationStarted started)
    {
        await streams.WriteProgressAsync(progress.Show(started)).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"Defragmenting {Name(started.Step)}; waiting at most {ViewText.Duration(started.Deadline)}.").ConfigureAwait(false);
    }

    private async Task ShowAsync(StepFinished finished)
    {
        progress.Finish();
        if (isWhatIf && _declined.Contains(finished.Result.MemberId))
        {
            return;
        }

        await SayAsync(finished.Result).ConfigureAwait(false);
        await streams.WriteObjectAsync(finished.Result).ConfigureAwait(false);
        await ShowErrorAsync(finished).ConfigureAwait(false);
    }

    private Task SayAsync(EtcdDefragResult result)
    {
        var name = ViewText.Member(result.Endpoint, result.Name, result.IsLeader);
        return result.Outcome switch
        {
            EtcdDefragOutcome.Defragmented => streams.WriteInformationAsync(
                $"Defragmented {name} in {ViewText.Duration(result.Duration)}: {ViewText.Size(result.DbSizeBefore)} -> {ViewText.Size(result.DbSizeAfter)}."),
            EtcdDefragOutcome.Unknown when stop.IsCancellationRequested => streams.WriteLastWordAsync(
                $"{name} goes on defragmenting by itself; see its status before you start another run."),
            _ => streams.WriteVerboseAsync($"{name}: {result.Outcome}. {result.Reason}"),
        };
    }

    private Task ShowErrorAsync(StepFinished finished) => finished.Result.Outcome switch
    {
        EtcdDefragOutcome.Failed => streams.WriteErrorAsync(ErrorRecords.DefragmentationFailed(finished.Result, finished.Error)),
        EtcdDefragOutcome.Unknown => streams.WriteErrorAsync(ErrorRecords.OutcomeUnknown(finished.Result, finished.Error)),
        _ => Task.CompletedTask,
    };

    /// <summary>The refusal is about the member that is unwell, where there is one.</summary>
    private Task ShowAsync(RunRefused refused)
    {
        var unwell = refused.Health.Members.FirstOrDefault(m => !m.IsHealthy && m.Endpoint.Length > 0)?.Endpoint;
        var observation = refused.Snapshot.Members.FirstOrDefault(m => m.Endpoint == unwell);
        var cause = observation?.Failure ?? observation?.ReadFailure ?? observation?.AlarmFailure;
        return streams.WriteErrorAsync(ErrorRecords.RunRefused(refused.Refusal, unwell ?? string.Join(",", target.Endpoints), cause));
    }

    private static string Name(EtcdDefragStep step) => ViewText.Member(step.Endpoint, step.Name, step.IsLeader);
}
