using EtcdDefrag.Execution;
using EtcdDefrag.Inspection;
using EtcdDefrag.Maintenance;
using EtcdDefrag.Planning;
using EtcdDefrag.Text;
using static System.FormattableString;

namespace EtcdDefrag.Recovery;

/// <summary>A recovery from NOSPACE that is asked for: a run that compacts, takes every member and clears alarms; a snapshot before it.</summary>
internal sealed record RecoveryRequest(DefragRequest Run)
{
    /// <summary>The snapshot to save first; null for none.</summary>
    public SnapshotRequest? Snapshot { get; init; }

    /// <summary>The run as a recovery needs it, whatever else was asked for.</summary>
    public static DefragRequest Complete(DefragRequest run) => run with
    {
        WholeCluster = true,
        ContinueOnError = true,
        CompactionRetain = run.CompactionRetain ?? CompactionRequest.DefaultRetain,
        DisarmBelow = run.DisarmBelow ?? DisarmRequest.DefaultMaxQuotaUsage,
    };
}

/// <summary>What a recovery would do, and whether it would be refused.</summary>
internal sealed record RecoveryPlan(RecoveryRequest Request, DefragPlan Run, CompactionPlan? Compaction, SnapshotPlan? Snapshot)
{
    public ClusterSnapshot Cluster => Run.Snapshot;

    /// <summary>The members whose NOSPACE alarm is armed.</summary>
    public IReadOnlyList<string> Armed => DisarmPlan.FindArmed(Cluster);

    /// <summary>Whether there is anything to recover from: an alarm, or a file at its quota, for which the next write arms one.</summary>
    public bool IsNeeded => Armed.Count > 0 || Cluster.Statuses.Any(s => Assume(s).DbQuotaUsage >= 1);

    /// <summary>Why nothing may be changed; null where it may.</summary>
    public RecoveryRefusal? Refusal =>
        Run.Refused is { Refusal: var guard } ? new RecoveryRefusal(guard.Rule, guard.Reason, guard.Remedy) : FindUnknownQuota();

    /// <summary>What would be done, in order: to what, and what.</summary>
    public IEnumerable<RecoveryAction> Actions()
    {
        if (!IsNeeded)
        {
            yield break;
        }

        if (Snapshot is not null)
        {
            yield return new(Snapshot.Path, $"Save {Units.Size(Snapshot.Member.Status!.DbSize)} of {Snapshot.Member.DisplayName}");
        }

        if (Compaction is { ResultWithoutCall: null })
        {
            var upTo = Invariant($"revision {Compaction.Revision} of {Compaction.CurrentRevision}");
            yield return new(Compaction.Member.Endpoint, $"Drop the cluster's history up to {upTo}");
        }

        foreach (var step in Run.Steps.Where(s => s.Action == EtcdDefragAction.Defragment))
        {
            yield return new(step.Endpoint, $"Defragment {Units.Size(step.DbSize)}{(step.IsLeader ? ", the leader" : "")}");
        }

        foreach (var armed in Armed)
        {
            var limit = Units.Percent(Request.Run.DisarmBelow);
            yield return new($"member {armed}", $"Clear its NOSPACE alarm, if every member's file is then below {limit} of its quota");
        }

        yield return new(WriteProof.Key, "Write this key at every member, read it and remove it again");
    }

    /// <summary>What the cluster looks like, a line each.</summary>
    public IEnumerable<string> Describe()
    {
        yield return Armed.Count == 0 ? "No NOSPACE alarm is armed." : $"NOSPACE is armed for {string.Join(", ", Armed.Select(NameOf))}.";
        foreach (var status in Cluster.Statuses.Select(Assume))
        {
            var quota = status.DbQuota is { } bytes ? $"{Units.Percent(status.DbQuotaUsage)} of its quota of {Units.Size(bytes)}" : "it has no quota";
            yield return $"{status.Endpoint}: {Units.Size(status.DbSize)} ({quota}), of which {Units.Size(status.DbSizeInUse)} are in use.";
        }

        if (Compaction is not null)
        {
            yield return Compaction.Revision > 0
                ? Invariant($"{Compaction.Revision} of {Compaction.CurrentRevision} revisions of history can be dropped; ")
                    + "what that frees is known only afterwards."
                : $"There is no history to drop beyond the {Request.Run.CompactionRetain} revisions that are kept.";
        }
    }

    /// <summary>A quota of the user counts where the member does not say its own.</summary>
    public Model.EtcdMemberStatus Assume(Model.EtcdMemberStatus status) => QuotaKnowledge.Assume(status, Request.Run.Plan.QuotaBytes);

    private string NameOf(string memberId) =>
        Cluster.MemberList?.FirstOrDefault(m => m.MemberId == memberId)?.Name is { Length: > 0 } name ? $"{name} ({memberId})" : memberId;

    /// <summary>Without a quota nobody can tell whether an alarm may be cleared: better known before members were paused than afterwards.</summary>
    private RecoveryRefusal? FindUnknownQuota()
    {
        var unknown = Cluster.Statuses.Where(s => Assume(s).DbQuotaUsage is null).Select(s => s.Endpoint).ToArray();
        return unknown.Length == 0 || !IsNeeded ? null : new RecoveryRefusal(
            "QuotaUnknown",
            $"The quota of {string.Join(", ", unknown)} is not known, so nobody can tell whether the alarm may be cleared.",
            "Give it: -QuotaBytes (--etcd-storage-quota-bytes); or say where the members' /metrics are: -MetricsEndpoint (--metrics-endpoints).");
    }
}

/// <summary>Why a recovery does not begin: a guard's name, or what is not known; the reason and what can be done.</summary>
internal sealed record RecoveryRefusal(string Rule, string Reason, string Remedy);

/// <summary>Something that a recovery would do.</summary>
internal sealed record RecoveryAction(string Target, string Text);
