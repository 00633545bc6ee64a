using EtcdDefrag.Inspection;
using EtcdDefrag.Model;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Execution;

/// <summary>What a run has done and what is left of it.</summary>
internal sealed class RunState(DefragRequest request, IDefragObserver observer, TimeProvider time)
{
    private readonly List<EtcdDefragResult> _results = [];
    private List<EtcdDefragStep> _pending = [];
    private string[]? _announced;
    private GuardRefusal? _refusal;

    public DefragRequest Request => request;

    public IDefragObserver Observer => observer;

    public bool IsPending => _pending.Count > 0;

    public Task EmitAsync(DefragEvent happened) => observer.OnEventAsync(happened);

    /// <summary>Fixes who is to be defragmented. Who leads may change later, who was asked for may not.</summary>
    public void Begin(ClusterSnapshot snapshot) => _pending =
        [.. DefragPlanner.Plan(snapshot, s => request.WholeCluster || snapshot.GivenMemberIds.Contains(s.MemberId))];

    /// <summary>Plans what is left from what the members say now.</summary>
    public IReadOnlyList<EtcdDefragStep> Plan(ClusterSnapshot snapshot)
    {
        var steps = DefragPlanner.Plan(snapshot, s => _pending.Exists(p => p.MemberId == s.MemberId));

        // A member that no longer answers still has its turn; the guards will refuse it by name.
        var silent = _pending.Where(p => !steps.Any(s => s.MemberId == p.MemberId));
        return [.. steps, .. silent];
    }

    /// <summary>Tells the plan, the first time and again when what is left comes in another order than was told.</summary>
    public async Task AnnounceAsync(IReadOnlyList<EtcdDefragStep> plan)
    {
        var order = plan.Select(s => s.MemberId).ToArray();
        if (_announced is null || !order.SequenceEqual(_announced.Intersect(order)))
        {
            _announced = order;
            await EmitAsync(new RunPlanned(time.GetUtcNow(), plan)).ConfigureAwait(false);
        }
    }

    public async Task FinishAsync(EtcdDefragResult result, EtcdMemberStatus? status, Exception? error)
    {
        _pending.RemoveAll(p => p.MemberId == result.MemberId);
        _results.Add(result);
        await EmitAsync(new StepFinished(time.GetUtcNow(), result, status, error)).ConfigureAwait(false);
    }

    public async Task RefuseAsync(GuardRefusal refusal, GuardContext context)
    {
        _refusal = refusal;
        await EmitAsync(new RunRefused(time.GetUtcNow(), refusal, context.Snapshot, context.Health)).ConfigureAwait(false);
        await AbandonAsync(refusal.Reason).ConfigureAwait(false);
    }

    /// <summary>Hands out what was not begun.</summary>
    public async Task AbandonAsync(string reason)
    {
        foreach (var step in _pending.ToArray())
        {
            await FinishAsync(Untouched(step, EtcdDefragOutcome.NotAttempted, reason), null, null).ConfigureAwait(false);
        }
    }

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

    /// <summary>A cancellation that came when all was done has cancelled nothing.</summary>
    public DefragReport Report(CancellationToken cancellationToken) => new(_results, _refusal, cancellationToken.IsCancellationRequested && !IsDone);

    private bool IsDone => _results.Count > 0 && _results.TrueForAll(r => r.Outcome is not (EtcdDefragOutcome.NotAttempted or EtcdDefragOutcome.Unknown));
}
