using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Maintenance;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag compact</c>: drops old history, by one call to the leader.</summary>
internal static class CompactCommand
{
    public static async Task<int> RunAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        var revision = ReadRevision(session.Values);
        var retain = session.Values.Get(RunFlags.CompactionRetain);
        var timeout = session.Values.Get(ConnectionFlags.CommandTimeout);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var compaction = new CompactionOperation(connections, session.Host.Time);
        var request = new CompactionRequest(target.GetEndpoints()) { Revision = revision, Retain = retain, Timeout = timeout };
        var plan = await compaction.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        session.Warn(plan.Snapshot);
        if (session.Values.Get(RunFlags.DryRun))
        {
            return DescribeDryRun(session, plan);
        }

        session.Live?.Show(LiveText.OfCompaction(plan.Member.Endpoint));
        var result = await compaction.ExecuteAsync(
            plan,
            wait =>
            {
                session.Log.Write(MemberLines.OfWaiting(wait.Endpoints, wait.Limit));
                session.Live?.Show(LiveText.OfRemoval(wait.Endpoints, wait.Limit));
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        session.Write([RunRecords.Of(result)], [MemberLines.Of(result)]);
        cancellationToken.ThrowIfCancellationRequested();
        return result.Outcome switch
        {
            EtcdCompactionOutcome.Failed => ExitCode.Failed,
            EtcdCompactionOutcome.Unknown => ExitCode.Unknown,
            _ => ExitCode.Done,
        };
    }

    private static long? ReadRevision(FlagValues values)
    {
        if (values.Words is not [var word])
        {
            return null;
        }

        try
        {
            var revision = FlagText.ReadWhole(word.Text, 1, "is not a whole number of 1 or more");
            return values.IsOnCommandLine(RunFlags.CompactionRetain)
                ? throw new UsageException("A revision and --compaction-retain are mutually exclusive; give one of them.")
                : revision;
        }
        catch (FormatException invalid)
        {
            throw new UsageException($"The revision{(word.IsHidden ? "" : $" '{ShownWord.Of(word.Text)}'")} {invalid.Message}.", invalid);
        }
    }

    private static int DescribeDryRun(ClusterSession session, CompactionPlan plan)
    {
        var result = plan.ToDryRun();
        session.Write([RunRecords.Of(result, isDryRun: true)], [result.Reason]);
        return result.Outcome == EtcdCompactionOutcome.Failed ? ExitCode.Failed : ExitCode.Done;
    }
}
