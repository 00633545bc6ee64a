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

    public Task OnEventAsync(DefragEvent runEvent)
    {
        Events.Add(runEvent);
        OnEvent(runEvent);
        return Task.CompletedTask;
    }

    public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) => Task.FromResult(
        wasApproved
            ? StillApprove(nextStep) ? null : "Approval was withdrawn before its turn."
            : Approve(nextStep) ? null : "It was not confirmed.");
}
