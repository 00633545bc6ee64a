using EtcdDefrag.Connection;

namespace EtcdDefrag.Inspection;

/// <summary>Members that are being asked before it is known whether they still belong to the cluster.</summary>
internal sealed class AskedMembers(IReadOnlyDictionary<EtcdEndpoint, Task<MemberObservation>> asked)
{
    /// <summary>What the member at an address is about to say; null where it was not asked.</summary>
    public Task<MemberObservation>? FindAsync(EtcdEndpoint endpoint) => asked.GetValueOrDefault(endpoint);

    /// <summary>Waits until nothing is under way any more, when it was cancelled.</summary>
    public async Task EndAsync()
    {
        foreach (var asking in asked.Values)
        {
            try
            {
                await asking.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // What it would have said is not needed.
            }
        }
    }
}
