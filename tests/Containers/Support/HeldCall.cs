using EtcdDefrag.Execution;
using EtcdDefrag.Integration.Support;

namespace EtcdDefrag.Containers.Support;

/// <summary>
/// Keeps the first Defragment call of a run open until it is released: the member has accepted it and waits for a snapshot that is
/// not read any further. "In the middle" then lasts as long as a test needs, on any machine and with any database.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="act">What happens in the middle, beside the run; null for nothing.</param>
/// <param name="onObserving">What happens when the run watches the member instead of waiting for its answer; null for nothing.</param>
internal sealed class HeldCall(
    ContainerCluster cluster, Func<HeldCall, Task>? act = null, Func<HeldCall, Task>? onObserving = null) : IDisposable
{
    private ContainerMember? _member;
    private MemberClient? _client;
    private IDisposable? _snapshot;
    private Task _acting = Task.CompletedTask;

    /// <summary>Whether the snapshot is read past the clients' network, so that it stays open when that is cut.</summary>
    public bool IsPastClients { get; init; }

    /// <summary>The member that was called.</summary>
    public ContainerMember Member => _member ?? throw new InvalidOperationException("No member was called.");

    /// <summary>To be given to the run.</summary>
    public RunObserver Observer => new(OnEventAsync);

    /// <summary>Lets the member go on.</summary>
    public void Release() => Interlocked.Exchange(ref _snapshot, null)?.Dispose();

    public void Dispose()
    {
        Release();
        _client?.Dispose();
    }

    private async Task OnEventAsync(DefragEvent runEvent)
    {
        switch (runEvent)
        {
            case DefragmentationStarted started when _member is null:
                _member = cluster.Find(started.Step.Endpoint);
                _client = new MemberClient(IsPastClients ? _member.SideEndpoint : _member.Endpoint);
                _snapshot = await _client.HoldSnapshotAsync();
                _acting = Task.Run(ActAsync);
                break;
            case Observing observing when observing.Step.Endpoint == Member.Endpoint && onObserving is not null:
                await onObserving(this);
                break;
            case RunStopped:
                await _acting.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System);
                break;
        }
    }

    private async Task ActAsync()
    {
        if (act is not null)
        {
            await Eventually.HoldsAsync(async () => await Member.CountDefragmentationsAsync() > 0, $"{Member.Name} has taken the call");
            await act(this);
        }
    }
}
