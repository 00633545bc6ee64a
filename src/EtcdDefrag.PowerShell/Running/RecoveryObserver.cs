using EtcdDefrag.Events;
using EtcdDefrag.Execution;
using EtcdDefrag.Planning;
using EtcdDefrag.PowerShell.Async;

namespace EtcdDefrag.PowerShell.Running;

/// <summary>Shows what a run within a recovery does, in its own words. What became of the members is in the recovery's one result.</summary>
internal sealed class RecoveryObserver(CmdletStreams streams) : IDefragObserver
{
    /// <inheritdoc/>
    public async Task OnEventAsync(DefragEvent runEvent)
    {
        foreach (var entry in runEvent.Describe())
        {
            await (entry.Level switch
            {
                EtcdMonitorLevel.Debug => streams.WriteVerboseAsync(entry.Message),
                EtcdMonitorLevel.Information => streams.WriteInformationAsync(entry.Message),
                _ => streams.WriteWarningAsync(entry.Message),
            }).ConfigureAwait(false);
        }
    }

    /// <summary>The whole plan was approved before it began.</summary>
    public Task<string?> FindObjectionAsync(EtcdDefragStep nextStep, bool wasApproved, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);
}
