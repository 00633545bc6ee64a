using System.Globalization;
using EtcdDefrag.Connection;
using EtcdDefrag.Inspection;

namespace EtcdDefrag.Maintenance;

/// <summary>A compaction that is asked for.</summary>
internal sealed record CompactionRequest(IReadOnlyList<EtcdEndpoint> Endpoints)
{
    public const long DefaultRetain = 10_000;

    /// <summary>The member that is asked answers when its database no longer holds the history.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromMinutes(5);

    /// <summary>How many of the newest revisions are kept, so that watchers which are a little behind still find theirs.</summary>
    public long Retain { get; init; } = DefaultRetain;

    /// <summary>Up to which revision history is dropped; null for what <see cref="Retain"/> says.</summary>
    public long? Revision { get; init; }

    /// <summary>How long to wait for the answer; null for <see cref="DefaultTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>A compaction that can be made, by one call to a member. The revision is 0 where there is no history to drop.</summary>
internal sealed record CompactionPlan(ClusterSnapshot Snapshot, MemberObservation Member, long Revision, TimeSpan Timeout)
{
    public long CurrentRevision { get; } = Snapshot.Statuses.Max(s => s.Revision);

    /// <summary>The result where no call has to be made, or none can be; null where one will be.</summary>
    public EtcdCompactionResult? ResultWithoutCall => this switch
    {
        { Revision: <= 0 } => ToResult(
            EtcdCompactionOutcome.NothingToDo,
            Write($"The cluster is at revision {CurrentRevision}: there is no history beyond what is kept.")),
        _ when Revision > CurrentRevision =>
            Refuse(Write($"{Revision} is a future revision: the cluster is at revision {CurrentRevision}.")),
        _ => null,
    };

    /// <summary>Chooses the member and the revision. Pure.</summary>
    /// <exception cref="MaintenanceException">No member gave a status.</exception>
    public static CompactionPlan Create(ClusterSnapshot snapshot, CompactionRequest request)
    {
        var newest = snapshot.Members.Where(m => m.Status is not null).MaxBy(m => m.Status!.Revision)
            ?? throw MaintenanceException.NoAnswer(snapshot);
        var member = snapshot.Members.FirstOrDefault(m => m.Status is { IsLeader: true })
            ?? snapshot.Voters.Where(v => v.Status is not null).MaxBy(v => v.Status!.Revision)
            ?? newest;
        var revision = request.Revision ?? Math.Max(0, newest.Status!.Revision - request.Retain);
        return new CompactionPlan(snapshot, member, revision, request.Timeout ?? CompactionRequest.DefaultTimeout);
    }

    public EtcdCompactionResult ToResult(EtcdCompactionOutcome outcome, string reason = "", Exception? error = null) => new()
    {
        Endpoint = Member.Endpoint,
        CurrentRevision = CurrentRevision,
        Revision = Revision,
        Outcome = outcome,
        Reason = reason,
        Error = error,
        Connection = Member.Status!.Connection,
    };

    /// <summary>What would be done, as a result; nothing is.</summary>
    public EtcdCompactionResult ToDryRun()
    {
        var call = Write($"{Member.Endpoint} would be asked to compact up to revision {Revision}.");
        var result = ResultWithoutCall ?? ToResult(EtcdCompactionOutcome.NothingToDo, call);
        return result with { Reason = $"Dry run: {result.Reason}" };
    }

    private EtcdCompactionResult Refuse(string reason) => ToResult(
        EtcdCompactionOutcome.Failed, reason, new MaintenanceException(reason, "Give a revision that the cluster has reached."));

    private static string Write(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
