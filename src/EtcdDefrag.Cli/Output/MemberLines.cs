using EtcdDefrag.Execution;
using EtcdDefrag.Health;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;
using static System.FormattableString;

namespace EtcdDefrag.Cli.Output;

/// <summary>The lines of etcd-defrag 0.42 about members.</summary>
internal static class MemberLines
{
    public static string Of(EtcdMemberHealth m)
    {
        var name = m.Endpoint.Length > 0 ? m.Endpoint : m.MemberId;
        var health = m.IsHealthy ? "true" : "false";
        return $"endpoint: {name}, health: {health}, took: {GoDuration.Write(m.Took)}, error: {m.Reason}".TrimEnd();
    }

    public static string Of(EtcdMemberStatus s)
    {
        var leader = s.LeaderId.Length > 0 ? s.LeaderId : "0";
        return Invariant($"endpoint: {s.Endpoint}, dbSize: {s.DbSize}, dbSizeInUse: {s.DbSizeInUse}, memberId: {s.MemberId}, ")
            + Invariant($"leader: {leader}, revision: {s.Revision}, term: {s.RaftTerm}, index: {s.RaftIndex}");
    }

    /// <summary>The original's line, with what the step will cost.</summary>
    public static string OfStart(EtcdDefragStep step) => $"Defragmenting endpoint \"{step.Endpoint}\" ({CostOf(step)})";

    public static string OfEnd(EtcdDefragResult result)
    {
        var took = GoDuration.Write(result.Duration);
        return result.Outcome switch
        {
            EtcdDefragOutcome.Defragmented => $"Finished defragmenting etcd endpoint \"{result.Endpoint}\". took {took}",
            EtcdDefragOutcome.Failed => $"Failed to defragment etcd member \"{result.Endpoint}\". took {took}. ({result.Reason})",
            EtcdDefragOutcome.Unknown => $"Outcome unknown for etcd member \"{result.Endpoint}\". took {took}. ({result.Reason})",
            EtcdDefragOutcome.Skipped => $"Skipped endpoint \"{result.Endpoint}\": {result.Reason}",
            _ => $"Not attempted: endpoint \"{result.Endpoint}\": {result.Reason}",
        };
    }

    public static string OfPlan(EtcdDefragStep step)
    {
        var (what, cost) = step.Action == EtcdDefragAction.Defragment ? ("defragment", $"{CostOf(step)}, ") : ("skip", "");
        var leader = step.IsLeader ? " (leader)" : "";
        return Invariant($"{step.Order}. {what} {step.Endpoint}{leader}, dbSize: {step.DbSize}, dbSizeInUse: {step.DbSizeInUse}, ")
            + $"{cost}reason: {step.Reason}";
    }

    public static string Of(EtcdCompactionResult compaction) => compaction.Outcome switch
    {
        EtcdCompactionOutcome.Compacted => Invariant($"compacted revision {compaction.Revision}"),
        EtcdCompactionOutcome.NothingToDo => $"nothing to compact: {compaction.Reason}",
        EtcdCompactionOutcome.Unknown => $"outcome of the compaction unknown: {compaction.Reason}",
        _ => $"compaction failed: {compaction.Reason}",
    };

    public static string OfWaiting(IReadOnlyList<string> endpoints, TimeSpan limit) =>
        $"Waiting until the history is removed at {string.Join(", ", endpoints)}, for at most {GoDuration.Write(limit)}";

    public static string Of(EtcdDisarmResult disarm) => disarm.WasDisarmed
        ? $"memberID:{disarm.MemberId} alarm:NOSPACE disarmed"
        : $"memberID:{disarm.MemberId} not disarmed: {disarm.Reason}";

    /// <summary>etcdctl's line.</summary>
    public static string Of(EtcdLeaderMove move, bool isDryRun) => move switch
    {
        { WasMoved: false } => $"{move.LeaderId} ({move.Name}) is the leader already; nothing to do",
        _ when isDryRun => $"Dry run: leadership would be transferred from {move.PreviousLeaderId} to {move.LeaderId}",
        _ => $"Leadership transferred from {move.PreviousLeaderId} to {move.LeaderId}",
    };

    /// <summary>etcdctl's line, and what proves it.</summary>
    public static IEnumerable<string> Of(EtcdSnapshotResult s) =>
    [
        $"Snapshot saved at {s.Path}",
        Invariant($"endpoint: {s.Endpoint}, version: {s.Version}, revision: {s.Revision}, bytes: {s.Bytes}, ")
            + $"took: {GoDuration.Write(s.Duration)}, sha256: {s.Sha256}",
    ];

    public static IEnumerable<string> OfDryRun(SnapshotPlan plan) =>
    [
        Invariant($"Dry run: the database of {plan.Member.Endpoint} ({plan.Member.Status!.DbSize} bytes) would be saved at {plan.Path}"),
    ];

    public static string Names(IEnumerable<EtcdDefragStep> steps) =>
        $"[{string.Join(' ', steps.Where(s => s.Action == EtcdDefragAction.Defragment).Select(s => s.Endpoint))}]";

    private static string CostOf(EtcdDefragStep step) => Invariant(
        $"about {Math.Max(1, Math.Ceiling(step.EstimatedPause.TotalSeconds))}s, {step.DiskBytesNeeded} bytes of free disk needed");
}
