using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;
using EtcdDefrag.Text;

namespace EtcdDefrag.Maintenance;

/// <summary>Drops old history from a cluster, which is what gives a defragmentation something to reclaim.</summary>
internal sealed class CompactionOperation(MemberConnections connections, TimeProvider time)
{
    /// <summary>How long the members may take together to remove the history from their databases.</summary>
    private static readonly TimeSpan WatchLimit = TimeSpan.FromMinutes(5);

    /// <summary>Inspects the cluster and plans. Changes nothing.</summary>
    /// <exception cref="MaintenanceException">No member gave a status.</exception>
    public async Task<CompactionPlan> PlanAsync(CompactionRequest request, CancellationToken cancellationToken)
    {
        var inspector = new ClusterInspector(connections, time);
        var snapshot = await inspector.InspectClusterAsync(request.Endpoints, InspectionScope.Metrics, cancellationToken)
            .ConfigureAwait(false);
        return CompactionPlan.Create(snapshot, request);
    }

    /// <summary>
    /// Makes the call, once, and waits until every member has removed the history from its database. Never throws for the members'
    /// sake, and not for cancellation either: both are outcomes. Cancellation gives the wait up, not the compaction.
    /// </summary>
    public async Task<EtcdCompactionResult> ExecuteAsync(
        CompactionPlan plan, Func<CompactionWait, Task> onWait, CancellationToken cancellationToken)
    {
        var result = plan.ResultWithoutCall ?? await CallAsync(plan, cancellationToken).ConfigureAwait(false);
        var mayHaveBegun = result is { Outcome: EtcdCompactionOutcome.Compacted }
            or { Outcome: EtcdCompactionOutcome.Unknown, Error: EtcdException };
        try
        {
            return mayHaveBegun ? await WatchAsync(plan, result, onWait, cancellationToken).ConfigureAwait(false) : result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return result;
        }
    }

    private async Task<EtcdCompactionResult> CallAsync(CompactionPlan plan, CancellationToken cancellationToken)
    {
        var mayHaveBegun = false;
        try
        {
            await connections.Get(plan.Member.Address!)
                .CompactAsync(plan.Revision, plan.Timeout, () => mayHaveBegun = true, cancellationToken).ConfigureAwait(false);
            return plan.ToResult(EtcdCompactionOutcome.Compacted);
        }
        catch (EtcdException done) when (IsCompactedAlready(done))
        {
            return plan.ToResult(EtcdCompactionOutcome.NothingToDo, "The history was compacted that far already.");
        }
        catch (EtcdException failure) when (failure.OutcomeIsOpen && mayHaveBegun)
        {
            var reason = $"{failure.Message} If it was begun, the cluster goes on with it by itself.";
            return plan.ToResult(EtcdCompactionOutcome.Unknown, reason, failure);
        }
        catch (EtcdException failure)
        {
            return plan.ToResult(EtcdCompactionOutcome.Failed, failure.Message, failure);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            const string GoesOn = "It was cancelled before the answer came. The cluster goes on with it by itself.";
            return mayHaveBegun
                ? plan.ToResult(EtcdCompactionOutcome.Unknown, GoesOn, cancelled)
                : plan.ToResult(EtcdCompactionOutcome.Failed, "It was cancelled before the call was sent.", cancelled);
        }
    }

    private async Task<EtcdCompactionResult> WatchAsync(
        CompactionPlan plan, EtcdCompactionResult result, Func<CompactionWait, Task> onWait, CancellationToken cancellationToken)
    {
        var wasAnswered = result.Outcome == EtcdCompactionOutcome.Compacted;
        var finding = await new CompactionWatch(connections, time).WatchAsync(
            plan.Snapshot,
            wasAnswered,
            WatchLimit,
            waiting => onWait(new CompactionWait(result, waiting, WatchLimit)),
            cancellationToken).ConfigureAwait(false);
        if (!finding.HasBegun)
        {
            return result;
        }

        if (finding.Unfinished.Count > 0)
        {
            var names = string.Join(", ", finding.Unfinished);
            var reason = $"The history is not yet removed from the database of {names} after {Units.Seconds(WatchLimit)}.";
            var error = new MaintenanceException(reason, "Wait until it is; see the members' logs.");
            return plan.ToResult(EtcdCompactionOutcome.Unknown, reason, error) with { UnfinishedMembers = finding.Unfinished };
        }

        return wasAnswered ? result : result with
        {
            Outcome = EtcdCompactionOutcome.Compacted,
            Reason = $"{result.Reason} Afterwards the members were observed to do it.",
        };
    }

    private static bool IsCompactedAlready(EtcdException answer) =>
        answer is { Failure: EtcdFailure.Refused, Code: EtcdStatusCode.OutOfRange }
        && answer.Detail.Contains("has been compacted", StringComparison.Ordinal);
}

/// <summary>Members that have not removed the history from their databases yet, and how long they are watched at most.</summary>
internal sealed record CompactionWait(EtcdCompactionResult Compaction, IReadOnlyList<string> Endpoints, TimeSpan Limit);
