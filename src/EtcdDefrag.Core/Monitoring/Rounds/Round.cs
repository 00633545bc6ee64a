using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Monitoring.Events;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// One check of one cluster: a guarded run by the policy. It makes new connections, so that renewed certificates and passwords take
/// effect.
/// </summary>
internal sealed class Round(
    MonitoredCluster cluster, MonitorConfiguration configuration, ClusterState state, Func<IEtcdConnector> connect, MonitorEventSink sink,
    TimeProvider time)
{
    /// <summary>Never throws because of the cluster.</summary>
    public async Task<RoundOutcome> RunAsync(bool isStartup, MonitorStop stop)
    {
        var started = time.GetTimestamp();
        sink.Write(at => new RoundStarted(at, cluster.Name, isStartup, configuration.DryRun));
        var result = await TryAsync(stop).ConfigureAwait(false);
        var took = time.GetElapsedTime(started);
        switch (result.Outcome)
        {
            case RoundOutcome.Succeeded:
                sink.Write(at => result.Due == 0
                    ? new NothingToDo(at, cluster.Name, took)
                    : new RoundSucceeded(at, cluster.Name, took, result.Defragmented, result.Due, result.BytesReclaimed));
                NoteSuccess();
                break;
            case RoundOutcome.Failed:
                NoteFailure(result.Reason, took);
                break;
            case RoundOutcome.Postponed:
                var postponements = ++state.Postponements;
                sink.Write(at => new RoundPostponed(at, cluster.Name, took, result.Reason, postponements, configuration.FailureBudget));
                break;
            default:
                sink.Write(at => new RoundInterrupted(at, cluster.Name, took));
                break;
        }

        return result.Outcome;
    }

    private async Task<RoundResult> TryAsync(MonitorStop stop)
    {
        try
        {
            return await DefragmentAsync(stop).ConfigureAwait(false);
        }
        catch (EtcdSettingException unusable)
        {
            return new RoundResult(RoundOutcome.Failed, $"{unusable.Message} {unusable.Remedy}");
        }
        catch (OperationCanceledException) when (stop.End.IsCancellationRequested)
        {
            return new RoundResult(RoundOutcome.Interrupted);
        }
        catch (Exception unexpected)
        {
            // Nobody watches a monitor: it neither ends nor hides a failure.
            return new RoundResult(RoundOutcome.Failed, $"{unexpected.GetType().Name}: {unexpected.Message}");
        }
    }

    private async Task<RoundResult> DefragmentAsync(MonitorStop stop)
    {
        using var connections = new RoundConnections(connect(), cluster);
        using var gracefulStop = new GracefulStop(stop, time);
        var request = new DefragRequest
        {
            Endpoints = cluster.Endpoints,
            WholeCluster = true,
            Plan = new PlanOptions { Policy = configuration.Policy, QuotaBytes = configuration.DbQuota, LastRuns = state.LastRuns },
            ContinueOnError = true,
            MoveLeader = configuration.MoveLeader,
            AllowSmallCluster = configuration.AllowSmallCluster,
            Pause = configuration.PauseBetweenMembers,
            PreparesForNoSpace = !configuration.DryRun,
            DisarmBelow = configuration is { AutoDisarm: true, DryRun: false } ? configuration.DisarmThreshold : null,
        };
        var observer = new RoundObserver(cluster, configuration, request.Plan, state, gracefulStop, sink, time);
        var runner = new DefragRunner(connections.Members, time);
        var report = await runner.RunAsync(request, observer, gracefulStop.Token).ConfigureAwait(false);
        if (report.WasCancelled || observer.HasHeldBack)
        {
            return new RoundResult(RoundOutcome.Interrupted);
        }

        var defragmented = report.Results.Where(r => r.Outcome == EtcdDefragOutcome.Defragmented).ToArray();
        return Judge(report) with
        {
            Defragmented = defragmented.Length,
            Due = observer.Due,
            BytesReclaimed = defragmented.Sum(r => r.BytesReclaimed ?? 0),
        };
    }

    private static RoundResult Judge(DefragReport report)
    {
        if (report.Refusal is { } refusal)
        {
            // Of the lock's refusals only this one can pass by itself: another run holds it.
            return refusal is { Rule: RunLock.Rule, MayPass: true }
                ? new RoundResult(RoundOutcome.Postponed, refusal.Reason)
                : new RoundResult(RoundOutcome.Failed, $"{refusal.Rule}: {refusal.Reason} {FindRemedy(refusal)}".TrimEnd());
        }

        var bad = report.Results.Where(r => r.Outcome is not (EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Skipped));
        var failures = bad.Select(r => $"{r.Endpoint}: {r.Outcome}. {r.Reason}").Concat(report.Failures);
        return report.IsSuccess
            ? new RoundResult(RoundOutcome.Succeeded)
            : new RoundResult(RoundOutcome.Failed, string.Join(' ', failures));
    }

    /// <summary>A monitor never overrides a guard and never runs without the lock, so remedies of that kind are left out.</summary>
    private static string FindRemedy(GuardRefusal refusal) => refusal switch
    {
        { Rule: "SmallCluster" } => "If its users can bear the pause, say so with \"allowSmallCluster\": true.",
        { CanBeForced: true } or { Rule: RunLock.Rule } => "",
        _ => refusal.Remedy,
    };

    private void NoteSuccess()
    {
        var failures = state.Failures;
        state.Failures = 0;
        state.Postponements = 0;
        if (state.IsDegraded)
        {
            state.IsDegraded = false;
            sink.Write(at => new ClusterRecovered(at, cluster.Name, failures));
        }
    }

    private void NoteFailure(string reason, TimeSpan took)
    {
        var failures = ++state.Failures;
        state.Postponements = 0;
        sink.Write(at => new RoundFailed(at, cluster.Name, took, reason, failures, configuration.FailureBudget));
        if (!state.IsDegraded && configuration.Schedule.IsDegraded(failures))
        {
            state.IsDegraded = true;
            sink.Write(at => new ClusterDegraded(at, cluster.Name, failures, reason));
        }
    }

    private sealed record RoundResult(RoundOutcome Outcome, string Reason = "", int Defragmented = 0, int Due = 0, long BytesReclaimed = 0);
}

internal enum RoundOutcome
{
    Succeeded,
    Failed,

    /// <summary>Another run holds the lock.</summary>
    Postponed,

    /// <summary>By a stop or a new configuration.</summary>
    Interrupted,
}
