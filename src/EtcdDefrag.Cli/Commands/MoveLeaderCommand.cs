using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag move-leader</c>: has the leader hand leadership over, whichever member the endpoints name.</summary>
internal static class MoveLeaderCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var operation = new LeaderMoveOperation(connections, session.Host.Time);
        var receiver = session.Values.Words is [var word] ? word : null;
        var plan = await PlanAsync(operation, new(target.GetEndpoints()), receiver, cancellationToken).ConfigureAwait(false);
        session.Warn(plan.Snapshot);
        var isDryRun = session.Values.Get(RunFlags.DryRun);
        var move = isDryRun
            ? plan.ToResult(TimeSpan.Zero)
            : await MoveAsync(session, operation, plan, cancellationToken).ConfigureAwait(false);
        session.Write([MaintenanceRecords.Of(move, isDryRun)], [MemberLines.Of(move, isDryRun)]);
        return ExitCode.Done;
    }

    private static async Task<LeaderMovePlan> PlanAsync(
        LeaderMoveOperation operation, LeaderMoveRequest request, Word? receiver, CancellationToken cancellationToken)
    {
        try
        {
            return await operation.PlanAsync(request with { To = receiver?.Text }, cancellationToken).ConfigureAwait(false);
        }
        catch (MaintenanceException problem) when (receiver is { IsHidden: true })
        {
            var message = problem.Message.Replace($"'{receiver.Text}'", "What was given", StringComparison.Ordinal);
            throw new MaintenanceException(message, problem.Remedy, problem);
        }
    }

    private static async Task<EtcdLeaderMove> MoveAsync(
        ClusterSession session, LeaderMoveOperation operation, LeaderMovePlan plan, CancellationToken cancellationToken)
    {
        session.Live?.Show(LiveText.Of($"Waiting until the members agree on {plan.Receiver.Endpoint}"));
        try
        {
            return await operation.ExecuteAsync(plan, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Log.Complain("Whether leadership was handed over is not known: see 'etcd-defrag status --cluster'.");
            throw;
        }
    }
}
