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

    public async Task OnEventAsync(DefragEvent happened)
    {
        lock (_events)
        {
            _events.Add(happened);
        }

        if (onEvent is not null)
        {
            await onEvent(happened);
        }
    }

    public Task<bool> ApproveAsync(EtcdDefragStep nextStep, CancellationToken cancellationToken) => Task.FromResult(true);
}
