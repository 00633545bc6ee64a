using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Execution;

/// <summary>
/// Drops old history from a cluster, which is what gives a defragmentation something to win. It keeps the newest revisions, so
/// that watchers which are a little behind still find theirs.
/// </summary>
internal sealed class HistoryCompaction
{
    /// <summary>How long the members may take together to remove the history from their databases.</summary>
    private static readonly TimeSpan OverWithin = TimeSpan.FromMinutes(5);

    private readonly MemberConnections _connections;
    private readonly TimeProvider _time;

    /// <summary>Prepares a compaction; nothing is sent yet.</summary>
    /// <param name="connections">The connections to use.</param>
    /// <param name="time">The clock.</param>
    public HistoryCompaction(MemberConnections connections, TimeProvider time) => (_connections, _time) = (connections, time);

    /// <summary>How long an answer is waited for by default. The member asked answers when its database no longer holds the history.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Compacts up to the newest revision less those that are kept, or up to a given one, by one call to the leader, and waits until every
    /// member has removed the history from its database.
    /// </summary>
    /// <param name="snapshot">The cluster a moment ago.</param>
    /// <param name="prepared">What <see cref="Prepare"/> gives; with another revision where one is given.</param>
    /// <param name="timeout">How long to wait for the answer; null for <see cref="DefaultTimeout"/>.</param>
    /// <param name="onWait">Told once, with the members that have to be waited for after the answer, and for how long at most.</param>
    /// <param name="cancellationToken">Gives the wait up, not the compaction.</param>
    public async Task<EtcdCompactionResult> CompactAsync(
        ClusterSnapshot snapshot, EtcdCompactionResult prepared, TimeSpan? timeout, Func<IReadOnlyList<string>, TimeSpan, Task> onWait,
        CancellationToken cancellationToken)
    {
        var called = await CallAsync(prepared, timeout, cancellationToken).ConfigureAwait(false);
        var (result, open) = await WatchAsync(snapshot, called, waiting => onWait(waiting, OverWithin), cancellationToken).ConfigureAwait(false);
        return open.Count == 0 ? result : result with { Outcome = EtcdCompactionOutcome.Unknown, Reason = DescribeOpen(open) };
    }

    /// <summary>
    /// The run's part: tells what it does, and waits until it is over at every member. A compaction that fails does not end the run; one
    /// that is not over in time does, unless by force: a defragmentation now would have its pause and not its gain.
    /// </summary>
    internal async Task<GuardRefusal?> RunAsync(RunState run, GuardContext context, long retain, CancellationToken cancellationToken)
    {
        var prepared = Prepare(context.Snapshot, retain);
        await run.EmitAsync(at => new CompactionStarting(at, prepared)).ConfigureAwait(false);
        var called = await CallAsync(prepared, run.Request.CompactionTimeout, cancellationToken).ConfigureAwait(false);
        var (result, open) = await WatchAsync(
            context.Snapshot, called, waiting => run.EmitAsync(at => new CompactionObserving(at, called, waiting, OverWithin)), cancellationToken).ConfigureAwait(false);
        if (result.Outcome is EtcdCompactionOutcome.Failed or EtcdCompactionOutcome.Unknown)
        {
            run.NoteFailure(result.Reason);
        }

        await run.EmitAsync(at => new CompactionFinished(at, result)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await RefuseAsync(run, open).ConfigureAwait(false);
    }

    private async Task<(EtcdCompactionResult Result, IReadOnlyList<string> Open)> WatchAsync(
        ClusterSnapshot snapshot, EtcdCompactionResult result, Func<IReadOnlyList<string>, Task> onWait, CancellationToken cancellationToken)
    {
        if (result is not ({ Outcome: EtcdCompactionOutcome.Compacted } or { Outcome: EtcdCompactionOutcome.Unknown, Error: EtcdException }))
        {
            return (result, []);
        }

        var wasAnswered = result.Outcome == EtcdCompactionOutcome.Compacted;
        try
        {
            var finding = await new CompactionWatch(_connections, _time).WatchAsync(
                snapshot, wasAnswered, OverWithin, onWait, cancellationToken).ConfigureAwait(false);
            return wasAnswered || !finding.HasBegun
                ? (result, finding.HasBegun ? finding.Open : [])
                : (result with
                {
                    Outcome = EtcdCompactionOutcome.Compacted,
                    Reason = $"{result.Reason} Afterwards the members were observed to do it.",
                }, finding.Open);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The result is told all the same, and the run ends behind it.
            return (result, []);
        }
    }

    private static string DescribeOpen(IReadOnlyList<string> open) => string.Create(
        CultureInfo.InvariantCulture, $"The history is not yet removed from the database of {string.Join(", ", open)} after {OverWithin.TotalSeconds} s.");

    private static async Task<GuardRefusal?> RefuseAsync(RunState run, IReadOnlyList<string> open)
    {
        if (open.Count == 0)
        {
            return null;
        }

        var refusal = Guards.Refuse("CompactionInProgress", DescribeOpen(open));
        if (!run.Request.Force)
        {
            return refusal;
        }

        await run.WarnAsync([new RunWarning(refusal.Rule, $"Passed by force: {refusal.Reason}")]).ConfigureAwait(false);
        return null;
    }

    /// <summary>Which member would be asked to compact up to which revision, 0 where there is no history beyond what is kept. Nothing is sent.</summary>
    /// <param name="snapshot">The cluster; at least one member has to have given a status.</param>
    /// <param name="retain">How many revisions are kept, 0 or more.</param>
    public static EtcdCompactionResult Prepare(ClusterSnapshot snapshot, long retain)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retain);
        var newest = snapshot.Statuses.MaxBy(s => s.Revision) ?? throw new ArgumentException("No member gave a status.", nameof(snapshot));
        var asked = snapshot.Statuses.FirstOrDefault(s => s.IsLeader) ?? snapshot.Statuses.Where(s => !s.IsLearner).MaxBy(s => s.Revision) ?? newest;
        return new EtcdCompactionResult
        {
            Endpoint = asked.Endpoint,
            Address = asked.Address,
            CurrentRevision = newest.Revision,
            Revision = Math.Max(0, newest.Revision - retain),
            Outcome = EtcdCompactionOutcome.NothingToDo,
            Connection = asked.Connection,
        };
    }

    private async Task<EtcdCompactionResult> CallAsync(EtcdCompactionResult prepared, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (prepared.Revision <= 0)
        {
            return prepared with { Reason = string.Create(CultureInfo.InvariantCulture, $"The cluster is at revision {prepared.CurrentRevision}: there is no history beyond what is kept.") };
        }

        var mayHaveBegun = false;
        try
        {
            await _connections.Get(prepared.Address!)
                .CompactAsync(prepared.Revision, timeout ?? DefaultTimeout, () => mayHaveBegun = true, cancellationToken).ConfigureAwait(false);
            return prepared with { Outcome = EtcdCompactionOutcome.Compacted };
        }
        catch (EtcdException done) when (IsCompactedAlready(done))
        {
            return prepared with { Reason = "The history was compacted that far already." };
        }
        catch (EtcdException failure)
        {
            var isOpen = failure.OutcomeIsOpen && mayHaveBegun;
            var outcome = isOpen ? EtcdCompactionOutcome.Unknown : EtcdCompactionOutcome.Failed;
            var goesOn = isOpen ? " If it was begun, the cluster goes on with it by itself." : "";
            return prepared with { Outcome = outcome, Reason = failure.Message + goesOn, Error = failure };
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested && !mayHaveBegun)
        {
            return prepared with { Outcome = EtcdCompactionOutcome.Failed, Reason = "It was cancelled before the call was sent.", Error = cancelled };
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            return prepared with { Outcome = EtcdCompactionOutcome.Unknown, Reason = "It was not waited for any longer. The cluster goes on with it by itself.", Error = cancelled };
        }
    }

    private static bool IsCompactedAlready(EtcdException answer) =>
        answer is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.OutOfRange } && answer.Detail.Contains("has been compacted", StringComparison.Ordinal);
}
