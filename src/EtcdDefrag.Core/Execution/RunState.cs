using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What a run has done and what is left of it.</summary>
internal sealed class RunState(DefragRequest request, EtcdConnectionOptions options, IDefragObserver observer, TimeProvider time) : IDisposable
{
    private readonly List<EtcdDefragResult> _results = [];
    private readonly List<RunWarning> _warnings = [];
    private readonly HashSet<string> _approved = [];
    private readonly Dictionary<string, List<string>> _moves = [];
    private List<EtcdDefragStep> _pending = [];
    private List<MemberObservation> _unreached = [];
    private string[] _leftAlone = [];
    private string[]? _announced;
    private GuardRefusal? _refusal;
    private readonly List<string> _failures = [];

    // The lock says at once that it is lost, whatever else is being told.
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Which member was behind an address, and whom the member list named, as long as the run knows.
    private readonly Dictionary<string, string> _behind = new(StringComparer.Ordinal);
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    /// <summary>Why a member that was removed in mid-run was left alone.</summary>
    public const string NoLongerMember = "It is no longer a member of the cluster.";

    public DefragRequest Request => request;

    public IDefragObserver Observer => observer;

    /// <summary>The members that are still to be defragmented; one that the last plan leaves alone is not.</summary>
    public IReadOnlyList<string> PendingIds => [.. _pending.Select(p => p.MemberId).Except(_leftAlone).Except(_removed)];

    public bool IsPending => _pending.Count > 0;

    /// <summary>Whether every member that was asked for is done, or was left alone on purpose.</summary>
    public bool IsAllDone => _refusal is null && !IsPending && _results.TrueForAll(r => r.Outcome is EtcdDefragOutcome.Defragmented or EtcdDefragOutcome.Skipped);

    /// <summary>Whether alarms are being cleared, and are not yet done with.</summary>
    public bool AlarmsAreOpen { get; set; }

    private bool IsDone => _results.Count > 0 && _results.TrueForAll(r => r.Outcome is not (EtcdDefragOutcome.NotAttempted or EtcdDefragOutcome.Unknown));

    public async Task EmitAsync(Func<DateTimeOffset, DefragEvent> happened)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await observer.OnEventAsync(happened(time.GetUtcNow())).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Leaves out the members that were removed since the run began: one that is gone is no voter that does not answer. Whoever the list
    /// has not named yet may be an address that leads elsewhere, which is for the guards.
    /// </summary>
    public ClusterSnapshot LeaveOutRemoved(ClusterSnapshot snapshot)
    {
        if (snapshot.MemberList is not { } list)
        {
            return snapshot;
        }

        var now = list.Select(m => m.MemberId).ToArray();
        _removed.UnionWith(_listed.Except(now));
        _removed.ExceptWith(now);
        _listed.UnionWith(now);
        foreach (var member in snapshot.Members.Where(m => m is { MemberId: not null, Endpoint.Length: > 0 }))
        {
            _behind[member.Endpoint] = member.MemberId!;
        }

        return snapshot with { Members = [.. snapshot.Members.Where(m => !IsRemoved(m.MemberId ?? _behind.GetValueOrDefault(m.Endpoint, "")))] };
    }

    /// <summary>Whether a member was removed from the cluster since the run began.</summary>
    public bool IsRemoved(string memberId) => _removed.Contains(memberId);

    /// <summary>Hands out the members that were removed before their turn.</summary>
    public async Task SkipRemovedAsync()
    {
        foreach (var step in _pending.Where(p => IsRemoved(p.MemberId)).ToArray())
        {
            await FinishAsync(Untouched(step, EtcdDefragOutcome.Skipped, NoLongerMember)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Fixes who is to be defragmented. Who leads may change later, who was asked for may not: whoever gave no status has a result too.
    /// </summary>
    public void Begin(ClusterSnapshot snapshot)
    {
        _pending = [.. DefragPlanner.Plan(snapshot, s => request.WholeCluster || snapshot.IsNamed(s.MemberId))];
        var silent = snapshot.Members.Where(m => m.Status is null && (request.WholeCluster || (m.MemberId is { } id && snapshot.IsNamed(id))));
        var failed = request.WholeCluster ? [] : snapshot.GivenFailures.Where(o => !_pending.Exists(p => p.MemberId == o.MemberId));
        _unreached = [.. silent.Concat(failed).DistinctBy(m => m.MemberId ?? m.Endpoint)];
    }

    /// <summary>Hands out the members that were asked for and did not answer.</summary>
    public async Task ReportUnreachedAsync()
    {
        var unreached = _unreached;
        _unreached = [];
        foreach (var member in unreached)
        {
            await FinishAsync(Unreached(member), error: member.Failure).ConfigureAwait(false);
        }
    }

    /// <summary>Plans what is left from what the members say now.</summary>
    /// <exception cref="Policy.RuleEvaluationException">The policy's rule asks for something that is not known of a member.</exception>
    public IReadOnlyList<EtcdDefragStep> Plan(ClusterSnapshot snapshot)
    {
        var steps = DefragPlanner.Plan(snapshot, s => _pending.Exists(p => p.MemberId == s.MemberId), request.Plan);
        _leftAlone = [.. steps.Where(s => s.Action == EtcdDefragAction.Skip).Select(s => s.MemberId)];

        // A member that no longer answers still has its turn, after those that do.
        var silent = _pending.Where(p => !steps.Any(s => s.MemberId == p.MemberId));
        return [.. steps, .. silent];
    }

    /// <summary>Tells the plan, the first time and again when what is left comes in another order than was told.</summary>
    public async Task AnnounceAsync(IReadOnlyList<EtcdDefragStep> plan)
    {
        await WarnAsync(plan.Where(s => s.Warning is not null).Select(
            s => new RunWarning("QuotaNearlyFull", $"{s.Endpoint}: {s.Warning}") { Endpoint = s.Endpoint, Topic = "Quota" })).ConfigureAwait(false);
        var order = plan.Select(s => s.MemberId).ToArray();
        if (_announced is null || !order.SequenceEqual(_announced.Intersect(order)))
        {
            _announced = order;
            await EmitAsync(at => new RunPlanned(at, plan)).ConfigureAwait(false);
        }
    }

    public async Task WarnAsync(IEnumerable<RunWarning> warnings)
    {
        foreach (var warning in warnings)
        {
            lock (_warnings)
            {
                if (_warnings.Exists(w => w.IsSameAs(warning)))
                {
                    continue;
                }

                _warnings.Add(warning);
            }

            await EmitAsync(at => new RunWarned(at, warning)).ConfigureAwait(false);
        }
    }

    /// <summary>Notes that something failed which is no member's defragmentation.</summary>
    public void NoteFailure(string reason) => _failures.Add(reason);

    /// <summary>Says that alarms were left armed, where a cancellation came while they were being cleared.</summary>
    public Task KeepAlarmsAsync() => AlarmsAreOpen
        ? EmitAsync(at => new AlarmsKept(at, "The run was cancelled before it had cleared every alarm."))
        : Task.CompletedTask;

    public bool IsApproved(EtcdDefragStep step) => _approved.Contains(step.MemberId);

    public void NoteApproval(EtcdDefragStep step) => _approved.Add(step.MemberId);

    /// <summary>The members that a member has handed its leadership to in this run, the last one last.</summary>
    public IReadOnlyList<string> MovesOf(EtcdDefragStep step) => _moves.GetValueOrDefault(step.MemberId) ?? [];

    public void NoteMove(EtcdDefragStep step, string newLeaderId)
    {
        if (!_moves.TryAdd(step.MemberId, [newLeaderId]))
        {
            _moves[step.MemberId].Add(newLeaderId);
        }
    }

    public async Task FinishAsync(EtcdDefragResult result, EtcdMemberStatus? status = null, Exception? error = null, bool wasDeclined = false)
    {
        _pending.RemoveAll(p => p.MemberId == result.MemberId);
        var moves = _moves.GetValueOrDefault(result.MemberId);
        string[] unlocked;
        lock (_warnings)
        {
            unlocked = result.StartedAt is null ? [] : [.. _warnings.Where(w => w.Rule == RunLock.Rule).Select(w => w.Text)];
        }

        var final = result with { LeaderMovedTo = moves is null ? "" : moves[^1], Warnings = [.. result.Warnings, .. unlocked] };
        _results.Add(final);
        await EmitAsync(at => new StepFinished(at, final, status, error) { WasDeclined = wasDeclined }).ConfigureAwait(false);
    }

    public async Task RefuseAsync(GuardRefusal refusal, GuardContext context)
    {
        _refusal = refusal;
        await EmitAsync(at => new RunRefused(at, refusal, context.Snapshot, context.Health)).ConfigureAwait(false);
        await AbandonAsync(refusal.Reason).ConfigureAwait(false);
    }

    /// <summary>Hands out what was not begun.</summary>
    public async Task AbandonAsync(string reason)
    {
        await SkipRemovedAsync().ConfigureAwait(false);
        await ReportUnreachedAsync().ConfigureAwait(false);
        foreach (var step in _pending.ToArray())
        {
            await FinishAsync(Untouched(step, EtcdDefragOutcome.NotAttempted, reason)).ConfigureAwait(false);
        }
    }

    /// <summary>A learner is left alone whether it answers or not.</summary>
    private EtcdDefragResult Unreached(MemberObservation member) => new()
    {
        Endpoint = member.Endpoint,
        Name = member.Member?.Name ?? "",
        MemberId = member.MemberId ?? "",
        IsLeader = false,
        Outcome = member.IsLearner ? EtcdDefragOutcome.Skipped : EtcdDefragOutcome.NotAttempted,
        Reason = member.Failure?.Message ?? "It gave no status.",
        WasUnreachable = true,
        DbSizeBefore = null,
        DbSizeInUseBefore = null,
        Connection = options,
    };

    public static EtcdDefragResult Untouched(EtcdDefragStep step, EtcdDefragOutcome outcome, string reason) => new()
    {
        Endpoint = step.Endpoint,
        Name = step.Name,
        MemberId = step.MemberId,
        IsLeader = step.IsLeader,
        Outcome = outcome,
        Reason = reason,
        DbSizeBefore = step.DbSize,
        DbSizeInUseBefore = step.DbSizeInUse,
        Connection = step.Connection,
    };

    public void Dispose() => _turn.Dispose();

    /// <summary>A cancellation that came when all was done has cancelled nothing.</summary>
    public DefragReport Report(CancellationToken cancellationToken) =>
        new(_results, _refusal, _warnings, cancellationToken.IsCancellationRequested && (!IsDone || AlarmsAreOpen)) { Failures = _failures };
}
