using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>Shows what a run within a recovery does, in its own words. What became of the members is in the recovery's one result.</summary>
internal sealed class RecoveryObserver(CmdletStreams streams) : IDefragObserver
{
    /// <inheritdoc/>
    public Task OnEventAsync(DefragEvent runEvent) => streams.WriteEventAsync(runEvent);

    /// <summary>The whole plan was approved before it began.</summary>
    public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);
}
