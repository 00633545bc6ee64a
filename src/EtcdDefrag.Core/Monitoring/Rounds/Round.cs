using System.Runtime.InteropServices;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// One check of one cluster: a guarded run by the policy. Connections are made anew, so that certificates and passwords that were
/// renewed meanwhile are the ones that count.
/// </summary>
internal sealed class Round(
    MonitoredCluster cluster, MonitorConfiguration configuration, ClusterState state, Func<IEtcdConnector> connect, MonitorEventSink sink, TimeProvider time)
{
    /// <summary>Runs it to its end and says how that was. Never throws for the cluster's sake.</summary>
    public async Task<RoundResult> RunAsync(bool isStartup, MonitorStop ending)
    {
        var started = time.GetTimestamp();
        sink.Write(at => new RoundStarted(at, cluster.Name, isStartup, configuration.DryRun));
        var (kind, reason, done) = await TryAsync(ending).ConfigureAwait(false);
        var took = time.GetElapsedTime(started);
        switch (kind)
        {
            case RoundResult.Good:
                sink.Write(at => done.Due == 0
                    ? new NothingToDo(at, cluster.Name, took)
                    : new RoundSucceeded(at, cluster.Name, took, done.Defragmented, done.Due, done.BytesReclaimed));
                NoteGood();
                break;
            case RoundResult.Failed:
                NoteFailure(reason, took);
                break;
            case RoundResult.Postponed:
                var postponements = ++state.Postponements;
                sink.Write(at => new RoundPostponed(at, cluster.Name, took, reason, postponements, configuration.FailureBudget));
                break;
            default:
                sink.Write(at => new RoundInterrupted(at, cluster.Name, took));
                break;
        }

        return kind;
    }

    private async Task<(RoundResult Kind, string Reason, Done Done)> TryAsync(MonitorStop ending)
    {
        try
        {
            return await DefragmentAsync(ending).ConfigureAwait(false);
        }
        catch (EtcdSettingException unusable)
        {
            return (RoundResult.Failed, $"{unusable.Message} {unusable.Remedy}", default);
        }
        catch (OperationCanceledException) when (ending.End.IsCancellationRequested)
        {
            return (RoundResult.Interrupted, "", default);
        }
        catch (Exception unforeseen)
        {
            // A loop that nobody watches must neither end nor go on in silence.
            return (RoundResult.Failed, $"{unforeseen.GetType().Name}: {unforeseen.Message}", default);
        }
    }

    private async Task<(RoundResult Kind, string Reason, Done Done)> DefragmentAsync(MonitorStop ending)
    {
        using var connections = new RoundConnections(connect(), cluster);
        using var gracefulStop = new GracefulStop(ending, time);
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
        var report = await new DefragRunner(connections.Members, time).RunAsync(request, observer, gracefulStop.Token).ConfigureAwait(false);
        var defragmented = report.Results.Where(r => r.Outcome == EtcdDefragOutcome.Defragmented).ToArray();
        var (kind, reason) = report.WasCancelled || observer.HasHeldBack ? (RoundResult.Interrupted, "") : Judge(report);
        return (kind, reason, new Done(defragmented.Length, observer.Due, defragmented.Sum(r => r.BytesReclaimed ?? 0)));
    }

    private static (RoundResult Kind, string Reason) Judge(DefragReport report)
    {
        if (report.Refusal is { } refusal)
        {
            // Of the lock's refusals only this one may pass by itself: somebody else holds it.
            return refusal is { Rule: RunLock.Rule, MayPass: true }
                ? (RoundResult.Postponed, refusal.Reason)
                : (RoundResult.Failed, $"{refusal.Rule}: {refusal.Reason} {FindRemedy(refusal)}".TrimEnd());
        }

        var bad = report.Results.Where(r => r.Outcome is not (EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Skipped));
        return report.IsSuccess
            ? (RoundResult.Good, "")
            : (RoundResult.Failed, string.Join(' ', [.. bad.Select(r => $"{r.Endpoint}: {r.Outcome}. {r.Reason}"), .. report.Failures]));
    }

    /// <summary>A monitor passes no guard by force and goes nowhere without the lock; only the small cluster has a key of its own.</summary>
    private static string FindRemedy(GuardRefusal refusal) => refusal switch
    {
        { Rule: "SmallCluster" } => "If its users can bear the pause, say so with \"allowSmallCluster\": true.",
        { CanBeForced: true } or { Rule: RunLock.Rule } => "",
        _ => refusal.Remedy,
    };

    private void NoteGood()
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

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Done(int Defragmented, int Due, long BytesReclaimed);
}

/// <summary>How a round ended.</summary>
internal enum RoundResult
{
    Good,
    Failed,

    /// <summary>Another run holds the lock.</summary>
    Postponed,

    /// <summary>By a stop or a new configuration.</summary>
    Interrupted,
}
