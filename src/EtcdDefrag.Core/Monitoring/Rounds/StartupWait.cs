using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Health;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Monitoring.Rounds;

/// <summary>
/// Waits, before the round on startup, until the cluster is well: a monitor is often started together with the etcd it watches, and
/// what is not up yet is no failure. After a bounded time the round is had all the same, and says what is wrong.
/// </summary>
internal sealed class StartupWait(MonitoredCluster cluster, MonitorConfiguration configuration, Func<IEtcdConnector> connect, MonitorEventSink sink, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <summary>What ends a run is worth waiting for here: it may be the work of a monitor that was killed a moment ago.</summary>
    private static readonly string[] Works = ["DefragInFlight", "SnapshotInProgress"];

    public async Task WaitAsync(CancellationToken end)
    {
        var limit = configuration.CheckInterval > TimeSpan.Zero ? configuration.CheckInterval : TimeSpan.FromMinutes(11);
        var started = time.GetTimestamp();
        var told = "";
        try
        {
            using var connections = new RoundConnections(connect(), cluster);
            while (time.GetElapsedTime(started) < limit && await InspectAsync(connections.Members, end).ConfigureAwait(false) is { } refusal)
            {
                if (refusal.Rule != told)
                {
                    told = refusal.Rule;
                    sink.Write(at => new WaitingForCluster(at, cluster.Name, refusal.Rule, refusal.Reason));
                }

                await Task.Delay(PollInterval, time, end).ConfigureAwait(false);
            }
        }
        catch (Exception) when (!end.IsCancellationRequested)
        {
            // The round that follows begins with the same look, and tells what is wrong with it.
        }
    }

    /// <summary>What stands in the way and may pass by itself; null where nothing does.</summary>
    private async Task<GuardRefusal?> InspectAsync(MemberConnections connections, CancellationToken end)
    {
        var snapshot = await new ClusterInspector(connections, time).InspectClusterAsync(cluster.Endpoints, InspectionScope.Health, end).ConfigureAwait(false);
        var pending = snapshot.Statuses.Select(s => s.MemberId).ToArray();
        var (refusal, _) = Guards.Ask(new GuardContext(snapshot, HealthJudge.Judge(snapshot)) { PendingIds = pending }, force: false);
        return refusal is not null && (refusal.MayPass || Works.Contains(refusal.Rule)) ? refusal : null;
    }
}
