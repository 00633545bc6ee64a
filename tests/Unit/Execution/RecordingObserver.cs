using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Unit.Execution;

/// <summary>Keeps the events of a run, and lets a test act in the middle of it.</summary>
internal sealed class RecordingObserver : IDefragObserver
{
    public List<DefragEvent> Events { get; } = [];

    public Func<EtcdDefragStep, bool> Approve { get; init; } = _ => true;

    public Func<EtcdDefragStep, bool> StillApprove { get; init; } = _ => true;

    public Action<DefragEvent> OnEvent { get; init; } = _ => { };

    public IEnumerable<string> Names => Events.Select(e => e.GetType().Name);

    public Task OnEventAsync(DefragEvent happened)
    {
        Events.Add(happened);
        OnEvent(happened);
        return Task.CompletedTask;
    }

    public Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => Task.FromResult(Approve(nextStep));

    public Task<bool> IsStillApprovedAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => Task.FromResult(StillApprove(nextStep));
}
