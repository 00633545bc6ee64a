using System.Globalization;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;

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
        var snapshot = await session.InspectAsync(connections, target, wholeCluster: true, InspectionScope.Status, cancellationToken)
            .ConfigureAwait(false);
        if (!snapshot.Statuses.Any())
        {
            session.Log.Complain([.. snapshot.Members.Select(m => m.Failure?.Message ?? "It gave no status.")]);
            return ExitCode.Failed;
        }

        var prepared = HistoryCompaction.Prepare(snapshot, revision is null ? retain : 0);
        if (session.Values.Get(RunFlags.DryRun))
        {
            return DescribeDryRun(session, prepared, revision);
        }

        var result = await new HistoryCompaction(connections, session.Host.Time).CompactAsync(
            snapshot,
            revision is { } given ? prepared with { Revision = given } : prepared,
            timeout,
            (waiting, limit) =>
            {
                session.Log.Write(MemberLines.OfWaiting(waiting, limit));
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

        if (!long.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) || revision == 0)
        {
            throw new UsageException("The revision is not a whole number of 1 or more.");
        }

        return values.IsOnCommandLine(RunFlags.CompactionRetain)
            ? throw new UsageException("A revision and --compaction-retain are mutually exclusive; give one of them.")
            : revision;
    }

    /// <summary>Says what the call would be, as far as that can be known without making it.</summary>
    private static int DescribeDryRun(ClusterSession session, EtcdCompactionResult prepared, long? revision)
    {
        var wanted = revision ?? prepared.Revision;
        var isAhead = wanted > prepared.CurrentRevision;
        FormattableString reason = wanted switch
        {
            0 => $"the cluster is at revision {prepared.CurrentRevision}, and there is no history beyond what is kept.",
            _ when isAhead => $"the cluster is only at revision {prepared.CurrentRevision}.",
            _ => $"{prepared.Endpoint} would be asked to compact up to revision {wanted}.",
        };
        var result = prepared with
        {
            Revision = wanted,
            Outcome = isAhead ? EtcdCompactionOutcome.Failed : EtcdCompactionOutcome.NothingToDo,
            Reason = $"Dry run: {FormattableString.Invariant(reason)}",
        };
        session.Write([RunRecords.Of(result, isDryRun: true)], [result.Reason]);
        return isAhead ? ExitCode.Failed : ExitCode.Done;
    }
}
