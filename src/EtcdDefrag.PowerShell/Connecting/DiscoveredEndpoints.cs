using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Dns;
using EtcdDefrag.PowerShell.Async;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>Finds a cluster's endpoints in DNS, and says what was found.</summary>
internal static class DiscoveredEndpoints
{
    public static async Task<EtcdDiscovery> FindAsync(DiscoveryRequest request, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var found = await new EndpointDiscovery(new DnsServiceLookup(TimeProvider.System)).FindAsync(request, cancellationToken).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"Endpoints {string.Join(", ", found.Endpoints)} from the SRV records of '{request.Domain}'.").ConfigureAwait(false);
        foreach (var ignored in found.Ignored)
        {
            await streams.WriteWarningAsync($"{ignored}.").ConfigureAwait(false);
        }

        return found;
    }
}
