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
    MonitoredCluster cluster, MonitorConfiguration configuration, ClusterMemory memory, Func<IEtcdConnector> connect, MonitorJournal journal, TimeProvider time)
{
    /// <summary>Runs it to its end and says how that was. Never throws for the cluster's sake.</summary>
    public async Task<RoundEnding> RunAsync(bool isStartup, MonitorEnding ending)
    {
        var started = time.GetTimestamp();
        journal.Write(at => new RoundStarted(at, cluster.Name, isStartup, configuration.DryRun));
        var (kind, reason, done) = await TryAsync(ending).ConfigureAwait(false);
        var took = time.GetElapsedTime(started);
        switch (kind)
        {
            case RoundEnding.Good:
                journal.Write(at => done.Due == 0
                    ? new NothingToDo(at, cluster.Name, took)
                    : new RoundSucceeded(at, cluster.Name, took, done.Defragmented, done.Due, done.BytesReclaimed));
                NoteGood();
                break;
            case RoundEnding.Failed:
                NoteFailure(reason, took);
                break;
            case RoundEnding.Postponed:
                var postponements = ++memory.Postponements;
                journal.Write(at => new RoundPostponed(at, cluster.Name, took, reason, postponements, configuration.FailureBudget));
                break;
            default:
                journal.Write(at => new RoundInterrupted(at, cluster.Name, took));
                break;
        }

        return kind;
    }

    private async Task<(RoundEnding Kind, string Reason, Done Done)> TryAsync(MonitorEnding ending)
    {
        try
        {
            return await DefragmentAsync(ending).ConfigureAwait(false);
        }
        catch (EtcdSettingException unusable)
        {
            return (RoundEnding.Failed, $"{unusable.Message} {unusable.WayOut}", default);
        }
        catch (OperationCanceledException) when (ending.End.IsCancellationRequested)
        {
            return (RoundEnding.Interrupted, "", default);
        }
        catch (Exception unforeseen)
        {
            // A loop that nobody watches must neither end nor go on in silence.
            return (RoundEnding.Failed, $"{unforeseen.GetType().Name}: {unforeseen.Message}", default);
        }
    }

    private async Task<(RoundEnding Kind, string Reason, Done Done)> DefragmentAsync(MonitorEnding ending)
    {
        using var connections = new RoundConnections(connect(), cluster);
        using var brake = new RunBrake(ending, time);
        var request = new DefragRequest
        {
            Endpoints = cluster.Endpoints,
            WholeCluster = true,
            Plan = new PlanOptions { Policy = configuration.Policy, QuotaBytes = configuration.DbQuota, LastRuns = memory.LastRuns },
            ContinueOnError = true,
            MoveLeader = configuration.MoveLeader,
            AllowSmallCluster = configuration.AllowSmallCluster,
            Pause = configuration.PauseBetweenMembers,
            PreparesForNoSpace = !configuration.DryRun,
            DisarmBelow = configuration is { AutoDisarm: true, DryRun: false } ? configuration.DisarmThreshold : null,
        };
        var observer = new RoundObserver(cluster, configuration, request.Plan, memory, brake, journal, time);
        var report = await new DefragRunner(connections.Members, time).RunAsync(request, observer, brake.Token).ConfigureAwait(false);
        var defragmented = report.Results.Where(r => r.Outcome == EtcdDefragOutcome.Defragmented).ToArray();
        var (kind, reason) = report.WasCancelled || observer.HasHeldBack ? (RoundEnding.Interrupted, "") : Judge(report);
        return (kind, reason, new Done(defragmented.Length, observer.Due, defragmented.Sum(r => r.BytesReclaimed ?? 0)));
    }

    private static (RoundEnding Kind, string Reason) Judge(DefragReport report)
    {
        if (report.Refusal is { } refusal)
        {
            // Of the lock's refusals only this one may pass by itself: somebody else holds it.
            return refusal is { Rule: RunLock.Rule, MayPass: true }
                ? (RoundEnding.Postponed, refusal.Reason)
                : (RoundEnding.Failed, $"{refusal.Rule}: {refusal.Reason} {FindWayOut(refusal)}".TrimEnd());
        }

        var bad = report.Results.Where(r => r.Outcome is not (EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Skipped));
        return report.IsSuccess
            ? (RoundEnding.Good, "")
            : (RoundEnding.Failed, string.Join(' ', [.. bad.Select(r => $"{r.Endpoint}: {r.Outcome}. {r.Reason}"), .. report.Failures]));
    }

    /// <summary>A monitor passes no guard by force and goes nowhere without the lock; only the small cluster has a key of its own.</summary>
    private static string FindWayOut(GuardRefusal refusal) => refusal switch
    {
        { Rule: "SmallCluster" } => "If its users can bear the pause, say so with \"allowSmallCluster\": true.",
        { CanBeForced: true } or { Rule: RunLock.Rule } => "",
        _ => refusal.WayOut,
    };

    private void NoteGood()
    {
        var failures = memory.Failures;
        memory.Failures = 0;
        memory.Postponements = 0;
        if (memory.IsDegraded)
        {
            memory.IsDegraded = false;
            journal.Write(at => new ClusterRecovered(at, cluster.Name, failures));
        }
    }

    private void NoteFailure(string reason, TimeSpan took)
    {
        var failures = ++memory.Failures;
        memory.Postponements = 0;
        journal.Write(at => new RoundFailed(at, cluster.Name, took, reason, failures, configuration.FailureBudget));
        if (!memory.IsDegraded && configuration.Schedule.IsDegraded(failures))
        {
            memory.IsDegraded = true;
            journal.Write(at => new ClusterDegraded(at, cluster.Name, failures, reason));
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Done(int Defragmented, int Due, long BytesReclaimed);
}

/// <summary>How a round ended.</summary>
internal enum RoundEnding
{
    Good,
    Failed,

    /// <summary>Another run holds the lock.</summary>
    Postponed,

    /// <summary>By a stop or a new configuration.</summary>
    Interrupted,
}
