using System.CommandLine;
using System.Globalization;
using EtcdDefrag.Cli.Flags;
using EtcdDefrag.Cli.Output;
using EtcdDefrag.Cli.Output.Records;
using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Cli.Commands;

/// <summary><c>etcd-defrag compact</c>: drops old history, by one call to the leader.</summary>
internal static class CompactCommand
{
    public static Command Create(CommandHost host)
    {
        var revision = new Argument<long?>("revision")
        {
            Description = "The revision to compact up to; by default the newest minus --compaction-retain.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        revision.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && !(long.TryParse(r.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0))
            {
                r.AddError("The revision is not a whole number of 1 or more.");
            }
        });
        var command = new Command("compact", "Compacts the history of the whole cluster, and waits until every member has removed it from its database.");
        command.Arguments.Add(revision);
        command.AddFlags(ConnectionFlags.All, [RunFlags.CompactionRetain, RunFlags.DryRun], OutputFlags.All);
        command.SetAction((parsed, cancellationToken) =>
            new ClusterAction(host, (session, token) => RunAsync(session, parsed.GetValue(revision), token)).RunAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, long? revision, CancellationToken cancellationToken)
    {
        if (revision is not null && session.Values.IsOnCommandLine(RunFlags.CompactionRetain))
        {
            throw new UsageException("A revision and --compaction-retain are mutually exclusive; give one of them.");
        }

        var retain = session.Values.Get(RunFlags.CompactionRetain);
        var timeout = session.Values.Get(ConnectionFlags.CommandTimeout);
        var target = await session.ReadTargetAsync(cancellationToken).ConfigureAwait(false);
        using var connections = session.Connect(target);
        var snapshot = await session.InspectAsync(connections, target, wholeCluster: true, InspectionScope.Status, cancellationToken).ConfigureAwait(false);
        if (!snapshot.Statuses.Any())
        {
            await session.Log.ComplainAsync([.. snapshot.Members.Select(m => m.Failure?.Message ?? "It gave no status.")]).ConfigureAwait(false);
            return ExitCode.Failed;
        }

        var prepared = HistoryCompaction.Prepare(snapshot, revision is null ? retain : 0);
        if (session.Values.Get(RunFlags.DryRun))
        {
            return await SpareAsync(session, prepared, revision).ConfigureAwait(false);
        }

        var result = await new HistoryCompaction(connections, session.Time).CompactAsync(
            snapshot, revision is { } given ? prepared with { Revision = given } : prepared, timeout,
            (waiting, limit) => session.Log.WriteAsync(MemberLines.OfWaiting(waiting, limit)), cancellationToken).ConfigureAwait(false);
        await session.WriteAsync([RunRecords.Of(result)], [MemberLines.Of(result)]).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result.Outcome switch
        {
            EtcdCompactionOutcome.Failed => ExitCode.Failed,
            EtcdCompactionOutcome.Unknown => ExitCode.Unknown,
            _ => ExitCode.Done,
        };
    }

    /// <summary>Says what the call would be, as far as that can be known without making it.</summary>
    private static async Task<int> SpareAsync(ClusterSession session, EtcdCompactionResult prepared, long? revision)
    {
        var wanted = revision ?? prepared.Revision;
        var isAhead = wanted > prepared.CurrentRevision;
        var result = prepared with
        {
            Revision = wanted,
            Outcome = isAhead ? EtcdCompactionOutcome.Failed : EtcdCompactionOutcome.NothingToDo,
            Reason = wanted switch
            {
                0 => string.Create(CultureInfo.InvariantCulture, $"Dry run: the cluster is at revision {prepared.CurrentRevision}, and there is no history beyond what is kept."),
                _ when isAhead => string.Create(CultureInfo.InvariantCulture, $"Dry run: the cluster is only at revision {prepared.CurrentRevision}."),
                _ => string.Create(CultureInfo.InvariantCulture, $"Dry run: {prepared.Endpoint} would be asked to compact up to revision {wanted}."),
            },
        };
        await session.WriteAsync([RunRecords.Of(result, isDryRun: true)], [result.Reason]).ConfigureAwait(false);
        return isAhead ? ExitCode.Failed : ExitCode.Done;
    }
}
