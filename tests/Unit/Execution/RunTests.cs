using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Unit.Support;

namespace EtcdDefrag.Unit.Execution;

/// <summary>What tests of a run have in common: a cluster in memory, a clock without waiting, the events.</summary>
public abstract class RunTests
{
    private protected FakeCluster Cluster { get; set; } = FakeCluster.Of(3);

    private protected RecordingObserver Observer { get; set; } = new();

    private protected FakeTime Time { get; } = new();

    private protected Task<DefragReport> RunAsync(Func<DefragRequest, DefragRequest>? change = null, CancellationToken token = default) =>
        RunAsync(Cluster.Endpoints, change, token);

    private protected async Task<DefragReport> RunAsync(
        EtcdEndpoint[] endpoints, Func<DefragRequest, DefragRequest>? change = null, CancellationToken token = default)
    {
        using var connections = new MemberConnections(Cluster, new EtcdConnectionOptions());
        var request = new DefragRequest { Endpoints = endpoints, WholeCluster = true };
        return await new DefragRunner(connections, Time).RunAsync(change?.Invoke(request) ?? request, Observer, token);
    }

    private protected static void CancelAt<T>(DefragEvent happened, CancellationTokenSource stop)
        where T : DefragEvent
    {
        if (happened is T)
        {
            stop.Cancel();
        }
    }

    /// <summary>Does something when the result of a member is out.</summary>
    private protected void After(string memberId, Action action) => Observer = new RecordingObserver
    {
        OnEvent = e =>
        {
            if (e is StepFinished finished && finished.Result.MemberId == memberId)
            {
                action();
            }
        },
    };
}
