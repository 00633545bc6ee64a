using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;
using EtcdDefrag.Monitoring.Events;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// Waits before the startup round until the cluster is healthy: a monitor is often started together with its etcd, and a member that is
/// not up yet is no failure. After a bounded time the round runs in any case, and reports what is wrong.
/// </summary>
internal sealed class StartupWait(
    MonitoredCluster cluster, MonitorConfiguration configuration, Func<IEtcdConnector> connect, MonitorEventSink sink, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <summary>Refusals that would end a run are waited for here: the cause may be a monitor that was killed a moment ago.</summary>
    private static readonly string[] WorkInProgress = ["DefragInFlight", "SnapshotInProgress"];

    public async Task WaitAsync(CancellationToken end)
    {
        var limit = configuration.CheckInterval > TimeSpan.Zero ? configuration.CheckInterval : TimeSpan.FromMinutes(11);
        var started = time.GetTimestamp();
        var reported = "";
        try
        {
            using var connections = new RoundConnections(connect(), cluster);
            while (time.GetElapsedTime(started) < limit
                && await InspectAsync(connections.Members, end).ConfigureAwait(false) is { } refusal)
            {
                if (refusal.Rule != reported)
                {
                    reported = refusal.Rule;
                    sink.Write(at => new WaitingForCluster(at, cluster.Name, refusal.Rule, refusal.Reason));
                }

                await Task.Delay(PollInterval, time, end).ConfigureAwait(false);
            }
        }
        catch (Exception) when (!end.IsCancellationRequested)
        {
            // The round begins with the same inspection, and reports the failure.
        }
    }

    /// <summary>The refusal that may pass by itself; null if there is none.</summary>
    private async Task<GuardRefusal?> InspectAsync(MemberConnections connections, CancellationToken end)
    {
        var inspector = new ClusterInspector(connections, time);
        var snapshot = await inspector.InspectClusterAsync(cluster.Endpoints, InspectionScope.Health, end).ConfigureAwait(false);
        var pending = snapshot.Statuses.Select(s => s.MemberId).ToArray();
        var (refusal, _) = Guards.Ask(new GuardContext(snapshot, HealthJudge.Judge(snapshot)) { PendingIds = pending }, force: false);
        return refusal is not null && (refusal.MayPass || WorkInProgress.Contains(refusal.Rule)) ? refusal : null;
    }
}
