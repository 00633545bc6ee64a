using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Monitoring.Schedule;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>Follows the guarded run of a round: reports its events, remembers what was defragmented, and says when to stop.</summary>
internal sealed class RoundObserver(
    MonitoredCluster cluster, MonitorConfiguration configuration, PlanOptions plan, ClusterState state, GracefulStop gracefulStop,
    MonitorEventSink sink, TimeProvider time) : IDefragObserver
{
    private const string WindowHasClosed = "The maintenance window has closed.";

    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    private readonly HashSet<string> _due = new(StringComparer.Ordinal);

    /// <summary>How many members were due at the first look, or at the later look before they were defragmented.</summary>
    public int Due => _due.Count;

    /// <summary>Whether a due member was left alone because the round is to end.</summary>
    public bool HasHeldBack { get; private set; }

    public Task OnEventAsync(DefragEvent runEvent)
    {
        var reported = WithoutRepeatedWarnings(runEvent);
        sink.Write(at => new RunEvent(at, cluster.Name, reported));
        switch (runEvent)
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
                gracefulStop.LeaveCall();
                break;
        }

        return Task.CompletedTask;
    }

    /// <summary>Asked again, too: a window may have closed, or a stop have been requested, while leadership moved.</summary>
    public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken)
    {
        HasHeldBack |= gracefulStop.IsStopRequested;
        var objection = FindObjection();
        if (objection == WindowHasClosed)
        {
            sink.Write(at => new WindowClosed(at, cluster.Name, nextStep.MemberId));
        }

        return Task.FromResult(objection);
    }

    private string? FindObjection() =>
        configuration.DryRun ? "This is a dry run."
        : gracefulStop.IsStopRequested ? "The round was told to end."
        : MaintenanceWindow.IsAnyOpenAt(configuration.Windows, time.GetUtcNow()) ? null
        : WindowHasClosed;

    /// <summary>A warning about the whole run is in each result too, and is reported once.</summary>
    private DefragEvent WithoutRepeatedWarnings(DefragEvent runEvent)
    {
        if (runEvent is RunWarned { Warning.Text: var text })
        {
            _warned.Add(text);
        }

        return runEvent is StepFinished { Result: var result } finished
            ? finished with { Result = result with { Warnings = [.. result.Warnings.Where(w => !_warned.Contains(w))] } }
            : runEvent;
    }

    private void Judge(ClusterSnapshot snapshot)
    {
        try
        {
            var steps = DefragPlanner.Plan(snapshot, _ => true, plan);
            _due.UnionWith(steps.Where(s => s.Action == EtcdDefragAction.Defragment).Select(s => s.MemberId));
            sink.Write(at => new ClusterJudged(at, cluster.Name, steps));
        }
        catch (RuleEvaluationException)
        {
            // The run refuses for the same reason, and that is the round's failure.
        }
    }

    /// <summary>A member whose outcome is unknown may have been defragmented, so it counts.</summary>
    private void Remember(EtcdDefragResult result)
    {
        if (result is { StartedAt: not null, Outcome: EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Unknown })
        {
            state.LastRuns[result.MemberId] = time.GetUtcNow();
        }
    }
}
