using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Monitoring.Schedule;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>Follows the guarded run of a round: tells what happens, remembers what was done, and says when it is enough.</summary>
internal sealed class RoundObserver(
    MonitoredCluster cluster, MonitorConfiguration configuration, PlanOptions plan, ClusterState state, GracefulStop gracefulStop, MonitorEventSink sink, TimeProvider time)
    : IDefragObserver
{
    private const string WindowHasClosed = "The maintenance window has closed.";

    // Why a member that was due was left alone, by its id.
    private readonly Dictionary<string, string> _declined = new(StringComparer.Ordinal);

    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    private readonly HashSet<string> _due = new(StringComparer.Ordinal);

    /// <summary>How many members were due: at the first look, or at a later one by which they were defragmented.</summary>
    public int Due => _due.Count;

    /// <summary>Whether a member that was due was left alone because the round is to end.</summary>
    public bool HasHeldBack { get; private set; }

    public Task OnEventAsync(DefragEvent happened)
    {
        var told = WithoutWarningsTold(Explain(happened));
        sink.Write(at => new RunHappened(at, cluster.Name, told));
        switch (happened)
        {
            case ClusterInspected inspected:
                Judge(inspected.Snapshot);
                break;
            case DefragmentationStarted started:
                _due.Add(started.Step.MemberId);
                gracefulStop.EnterCall();
                break;
            case StepFinished finished:
                Remember(finished.Result);
                gracefulStop.CallEnds();
                break;
        }

        return Task.CompletedTask;
    }

    public Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken)
    {
        HasHeldBack |= gracefulStop.IsStopRequested;
        if (FindObjection() is not { } objection)
        {
            return Task.FromResult(true);
        }

        _declined[nextStep.MemberId] = objection;
        if (objection == WindowHasClosed)
        {
            sink.Write(at => new WindowClosed(at, cluster.Name, nextStep.MemberId));
        }

        return Task.FromResult(false);
    }

    /// <summary>A window may have closed, and the gracefulStop been pulled, while leadership moved.</summary>
    public Task<bool> IsStillApprovedAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => ApproveAsync(nextStep, cancellationToken);

    private string? FindObjection() =>
        configuration.DryRun ? "This is a dry run."
        : gracefulStop.IsStopRequested ? "The round was told to end."
        : MaintenanceWindow.IsAnyOpenAt(configuration.Windows, time.GetUtcNow()) ? null
        : WindowHasClosed;

    /// <summary>A run knows only that nobody confirmed a step.</summary>
    private DefragEvent Explain(DefragEvent happened) =>
        happened is StepFinished { Result: { Outcome: EtcdDefragOutcome.Skipped } result } skipped && _declined.TryGetValue(result.MemberId, out var objection)
            ? skipped with { Result = result with { Reason = objection } }
            : happened;

    /// <summary>What was said of the whole run is in the result too, and not said again.</summary>
    private DefragEvent WithoutWarningsTold(DefragEvent happened)
    {
        if (happened is RunWarned { Warning.Text: var text })
        {
            _warned.Add(text);
        }

        return happened is StepFinished finished
            ? finished with { Result = finished.Result with { Warnings = [.. finished.Result.Warnings.Where(w => !_warned.Contains(w))] } }
            : happened;
    }

    private void Judge(ClusterSnapshot snapshot)
    {
        try
        {
            var steps = DefragPlanner.Plan(snapshot, _ => true, plan);
            _due.UnionWith(steps.Where(s => s.Action == EtcdDefragAction.Defragment).Select(s => s.MemberId));
            sink.Write(at => new ClusterJudged(at, cluster.Name, [.. steps.Select(MemberJudgement.Of)]));
        }
        catch (RuleEvaluationException)
        {
            // The run refuses for the same reason, and that is the round's failure.
        }
    }

    /// <summary>A member whose outcome is open may have been defragmented, so it counts.</summary>
    private void Remember(EtcdDefragResult result)
    {
        if (result is { StartedAt: not null, Outcome: EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Unknown })
        {
            state.LastRuns[result.MemberId] = time.GetUtcNow();
        }
    }
}
