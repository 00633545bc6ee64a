using EtcdDefrag.Execution;
using EtcdDefrag.Planning;

namespace EtcdDefrag.Integration.Support;

/// <summary>Keeps the events of a run, and lets a test act in the middle of it.</summary>
internal sealed class RunObserver(Func<DefragEvent, Task>? onEvent = null) : IDefragObserver
{
    private readonly List<DefragEvent> _events = [];

    public IReadOnlyList<DefragEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public async Task OnEventAsync(DefragEvent runEvent)
    {
        lock (_events)
        {
            _events.Add(runEvent);
        }

        if (onEvent is not null)
        {
            await onEvent(runEvent);
        }
    }

    public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);
}
