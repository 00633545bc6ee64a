using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;
using EtcdDefrag.Recovery;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag recover</c>: from NOSPACE back to a cluster that takes writes.</summary>
internal static class RecoverCommand
{
    public static IReadOnlyList<Flag> Flags { get; } =
    [
        RunFlags.DryRun, RunFlags.Snapshot, RunFlags.CompactionRetain, RunFlags.DisalarmThreshold, RunFlags.QuotaBytes, RunFlags.MoveLeader,
        RunFlags.WaitBetweenDefrags, RunFlags.AllowSmallCluster, RunFlags.Force, RunFlags.NoLock, RunFlags.MaxRaftLag, RunFlags.SettleTimeout,
    ];

    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var operation = new RecoveryOperation(connections, session.Host.Time);
        var plan = await operation.PlanAsync(ReadRequest(session.Values, target.GetEndpoints()), cancellationToken).ConfigureAwait(false);
        session.Warn(plan.Cluster);
        session.Log.Write([.. plan.Describe()]);
        if (session.Values.Get(RunFlags.DryRun))
        {
            return DescribeDryRun(session, plan);
        }

        var follower = new RunFollower(session.Host, session.Log, session.Form, session.IsHex);
        var result = await operation.ExecuteAsync(
            plan,
            follower,
            line => WriteAsync(session.Log.Write, line),
            line => WriteAsync(session.Log.Warn, $"Warning (RunLock): {line}"),
            cancellationToken).ConfigureAwait(false);
        session.Write([RecoveryText.RecordOf(result)], RecoveryText.LinesOf(result));
        if (ExitCode.Of(result) != ExitCode.Done)
        {
            session.Log.Complain([.. new[] { result.Reason, result.Remedy }.Where(l => l.Length > 0)]);
        }

        return ExitCode.Of(result);
    }

    private static RecoveryRequest ReadRequest(FlagValues values, IReadOnlyList<EtcdEndpoint> endpoints)
    {
        var timeout = values.Get(ConnectionFlags.CommandTimeout);
        return new RecoveryRequest(new DefragRequest
        {
            Endpoints = endpoints,
            Plan = new PlanOptions { QuotaBytes = values.Get(RunFlags.QuotaBytes) },
            MoveLeader = values.Get(RunFlags.MoveLeader),
            AllowSmallCluster = values.Get(RunFlags.AllowSmallCluster),
            Force = values.Get(RunFlags.Force),
            NoLock = values.Get(RunFlags.NoLock),
            MaxRaftLag = (ulong)values.Get(RunFlags.MaxRaftLag),
            Pause = values.Get(RunFlags.WaitBetweenDefrags),
            SettleTimeout = values.Get(RunFlags.SettleTimeout),
            DefragmentTimeout = timeout,
            CompactionTimeout = timeout,
            CompactionRetain = values.Get(RunFlags.CompactionRetain),
            DisarmBelow = values.Get(RunFlags.DisalarmThreshold),
        })
        {
            Snapshot = values.Get(RunFlags.Snapshot) is { } file ? new SnapshotRequest(endpoints, Path.GetFullPath(file), Overwrite: false) : null,
        };
    }

    private static int DescribeDryRun(ClusterSession session, RecoveryPlan plan)
    {
        RecoveryAction[] actions = [.. plan.Actions()];
        session.Write(
            [.. actions.Select(RecoveryText.RecordOf)],
            actions.Length == 0
                ? ["Dry run: there is nothing to recover from."]
                : actions.Select((a, i) => FormattableString.Invariant($"{i + 1}. {a.Text}: {a.Target}")));
        if (plan.Refusal is not { } refusal)
        {
            return ExitCode.Done;
        }

        session.Log.Complain($"Refused ({refusal.Rule}): {refusal.Reason}", refusal.Remedy);
        return ExitCode.Refused;
    }

    private static Task WriteAsync(Action<string[]> write, string line)
    {
        write([line]);
        return Task.CompletedTask;
    }
}
