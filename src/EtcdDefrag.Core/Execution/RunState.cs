using EtcdDefrag.Connection;
using EtcdDefrag.Execution.Guarding;
using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;
using EtcdDefrag.Policy;

namespace EtcdDefrag.Execution;

/// <summary>What a run has done and what is left of it.</summary>
internal sealed class RunState(DefragRequest request, EtcdConnectionOptions options, IDefragObserver? observer, TimeProvider time)
    : IDisposable
{
    private readonly List<EtcdDefragResult> _results = [];
    private readonly List<RunWarning> _warnings = [];
    private readonly List<string> _failures = [];
    private readonly List<LeaderMoved> _moves = [];
    private readonly HashSet<string> _approved = [];
    private List<EtcdDefragStep> _pending = [];
    private List<MemberObservation> _unreached = [];
    private string[] _skippedIds = [];
    private string[]? _announced;
    private GuardRefusal? _refusal;

    // The lock reports its loss at once, while another event may be on its way.
    private readonly SemaphoreSlim _emitting = new(1, 1);

    // Which member was behind an address, and which ones the member list has named since the run began.
    private readonly Dictionary<string, string> _idsByEndpoint = new(StringComparer.Ordinal);
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public DefragRequest Request => request;

    /// <summary>The members that are still to be defragmented; one that the last plan skips is not.</summary>
    public IReadOnlyList<string> PendingIds => [.. _pending.Select(p => p.MemberId).Except(_skippedIds).Except(_removed)];

    public bool IsPending => _pending.Count > 0;

    /// <summary>Whether every member that was asked for is done, or was skipped on purpose.</summary>
    public bool IsAllDone => _refusal is null && !IsPending && Has(EtcdDefragOutcome.Defragmented, EtcdDefragOutcome.Skipped);

    public bool IsClearingAlarms { get; set; }

    public IReadOnlyList<RunWarning> Warnings => _warnings;

    /// <summary>The results of the members that were asked for and did not answer, as long as they are not handed out.</summary>
    public IEnumerable<EtcdDefragResult> Unreached => _unreached.Select(Unanswered);

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

    public async Task EmitAsync(Func<DateTimeOffset, DefragEvent> runEvent)
    {
        if (observer is null)
        {
            return;
        }

        await _emitting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await observer.OnEventAsync(runEvent(time.GetUtcNow())).ConfigureAwait(false);
        }
        finally
        {
            _emitting.Release();
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

    /// <summary>
    /// Leaves out the members that were removed since the run began: they are not voters that do not answer. A member that the list has
    /// not named yet may be an address that leads elsewhere, which is for the guards.
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
            _idsByEndpoint[member.Endpoint] = member.MemberId!;
        }

        return snapshot with
        {
            Members = [.. snapshot.Members.Where(m => !IsRemoved(m.MemberId ?? _idsByEndpoint.GetValueOrDefault(m.Endpoint, "")))],
        };
    }

    public bool IsRemoved(string memberId) => _removed.Contains(memberId);

    /// <summary>
    /// Fixes which members are to be defragmented. Which one leads may change later, which were asked for may not: one that gave no status
    /// has a result too.
    /// </summary>
    public void Begin(ClusterSnapshot snapshot)
    {
        _pending = [.. DefragPlanner.Plan(snapshot, s => request.WholeCluster || snapshot.IsNamed(s.MemberId))];
        var silent = snapshot.Members.Where(m => m.Status is null);
        if (!request.WholeCluster)
        {
            silent = silent.Where(m => m.MemberId is { } id && snapshot.IsNamed(id))
                .Concat(snapshot.GivenFailures.Where(o => !_pending.Exists(p => p.MemberId == o.MemberId)));
        }

        _unreached = [.. silent.DistinctBy(m => m.MemberId ?? m.Endpoint)];
    }

    /// <summary>Plans what is left from what the members say now.</summary>
    public PlannedSteps Plan(ClusterSnapshot snapshot)
    {
        try
        {
            var steps = DefragPlanner.Plan(snapshot, s => _pending.Exists(p => p.MemberId == s.MemberId), request.Plan);
            _skippedIds = [.. steps.Where(s => s.Action == EtcdDefragAction.Skip).Select(s => s.MemberId)];

            // A member that no longer answers still has its turn, after those that do.
            var silent = _pending.Where(p => !steps.Any(s => s.MemberId == p.MemberId));
            return new PlannedSteps([.. steps, .. silent], null);
        }
        catch (RuleEvaluationException unknown)
        {
            // A rule that cannot be answered is no reason to skip a member, and none to touch it.
            const string Remedy = "Give what is not known, or a rule that does not ask for it.";
            return new PlannedSteps([], new GuardRefusal("PolicyUnanswerable", unknown.Message, Remedy));
        }
    }

    /// <summary>Announces the plan, the first time and again when what is left comes in another order than was announced.</summary>
    public async Task AnnounceAsync(IReadOnlyList<EtcdDefragStep> steps)
    {
        await WarnAsync(steps.SelectMany(RunWarnings.Find)).ConfigureAwait(false);
        var order = steps.Select(s => s.MemberId).ToArray();
        if (_announced is null || !order.SequenceEqual(_announced.Intersect(order)))
        {
            _announced = order;
            await EmitAsync(at => new RunPlanned(at, steps)).ConfigureAwait(false);
        }
    }

    public bool IsApproved(EtcdDefragStep step) => _approved.Contains(step.MemberId);

    /// <summary>Asks the observer; where it does not object, the step is approved from now on.</summary>
    public async Task<string?> FindObjectionAsync(EtcdDefragStep step, CancellationToken cancellationToken)
    {
        var objection = await observer!.FindObjectionAsync(step, IsApproved(step), cancellationToken).ConfigureAwait(false);
        if (objection is null)
        {
            _approved.Add(step.MemberId);
        }

        return objection;
    }

    /// <summary>How often a member has handed leadership over in this run.</summary>
    public int CountMoves(EtcdDefragStep step) => _moves.Count(m => m.Step.MemberId == step.MemberId);

    public Task AddMoveAsync(EtcdDefragStep step, string newLeaderId) => EmitAsync(at =>
    {
        _moves.Add(new LeaderMoved(at, step, newLeaderId));
        return _moves[^1];
    });

    public void AddFailure(string reason) => _failures.Add(reason);

    /// <summary>Hands out the result of a member that was not touched.</summary>
    public Task LeaveAsync(
        EtcdDefragStep step, EtcdDefragOutcome outcome, string reason, EtcdMemberStatus? status = null, bool wasDeclined = false) =>
        FinishAsync(Untouched(step, outcome, reason), status, wasDeclined: wasDeclined);

    public async Task FinishAsync(
        EtcdDefragResult result, EtcdMemberStatus? status = null, Exception? error = null, bool wasDeclined = false)
    {
        _pending.RemoveAll(p => p.MemberId == result.MemberId);
        string[] unlocked;
        lock (_warnings)
        {
            unlocked = result.StartedAt is null ? [] : [.. _warnings.Where(w => w.Rule == RunLock.Rule).Select(w => w.Text)];
        }

        var final = result with
        {
            LeaderMovedTo = _moves.LastOrDefault(m => m.Step.MemberId == result.MemberId)?.NewLeaderId ?? "",
            Warnings = [.. result.Warnings, .. unlocked],
        };
        _results.Add(final);
        await EmitAsync(at => new StepFinished(at, final, status, error) { WasDeclined = wasDeclined }).ConfigureAwait(false);
    }

    /// <summary>Hands out the members that were removed before their turn.</summary>
    public async Task SkipRemovedAsync()
    {
        foreach (var step in _pending.Where(p => IsRemoved(p.MemberId)).ToArray())
        {
            await LeaveAsync(step, EtcdDefragOutcome.Skipped, "It is no longer a member of the cluster.").ConfigureAwait(false);
        }
    }

    /// <summary>Hands out the members that were asked for and did not answer.</summary>
    public async Task ReportUnreachedAsync()
    {
        var unreached = _unreached;
        _unreached = [];
        foreach (var member in unreached)
        {
            await FinishAsync(Unanswered(member), error: member.Failure).ConfigureAwait(false);
        }
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
            await LeaveAsync(step, EtcdDefragOutcome.NotAttempted, reason).ConfigureAwait(false);
        }
    }

    /// <summary>A cancellation that came when all was done has cancelled nothing.</summary>
    public DefragReport ToReport(bool isCancelled)
    {
        var isDone = _results.Count > 0 && Has(EtcdDefragOutcome.Defragmented, EtcdDefragOutcome.Skipped, EtcdDefragOutcome.Failed);
        return new DefragReport(_results, _refusal, _warnings, isCancelled && (!isDone || IsClearingAlarms)) { Failures = _failures };
    }

    public void Dispose() => _emitting.Dispose();

    /// <summary>Whether no result has another outcome.</summary>
    private bool Has(params EtcdDefragOutcome[] outcomes) => _results.TrueForAll(r => outcomes.Contains(r.Outcome));

    /// <summary>A learner is skipped whether it answers or not.</summary>
    private EtcdDefragResult Unanswered(MemberObservation member) => new()
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
}

/// <summary>The steps that are left, or why they cannot be planned.</summary>
internal sealed record PlannedSteps(IReadOnlyList<EtcdDefragStep> Steps, GuardRefusal? Refusal);
