using System.Net;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.PowerShell.Async;
using EtcdDefrag.PowerShell.Loading;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>Finds a cluster's endpoints in DNS, and says what was found.</summary>
internal static class DiscoveredEndpoints
{
    public static async Task<EtcdDiscovery> FindAsync(
        DiscoveryRequest request, IPEndPoint? dnsServer, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var lookup = Connector.CreateServiceLookup(dnsServer);
        var found = await new EndpointDiscovery(lookup).FindAsync(request, cancellationToken).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"Endpoints {string.Join(", ", found.Endpoints)} from the SRV records of '{request.Domain}'.").ConfigureAwait(false);
        foreach (var warning in found.FindWarnings())
        {
            await streams.WriteWarningAsync(warning).ConfigureAwait(false);
        }

        return found;
    }
}
