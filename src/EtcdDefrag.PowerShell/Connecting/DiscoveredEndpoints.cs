using System.Net;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.Dns;
using EtcdDefrag.PowerShell.Async;

namespace EtcdDefrag.PowerShell.Connecting;

/// <summary>Finds a cluster's endpoints in DNS, and says what was found.</summary>
internal static class DiscoveredEndpoints
{
    public static async Task<EtcdDiscovery> FindAsync(
        DiscoveryRequest request, IPEndPoint? dnsServer, CmdletStreams streams, CancellationToken cancellationToken)
    {
        var lookup = dnsServer is null ? new DnsServiceLookup(TimeProvider.System) : new DnsServiceLookup(TimeProvider.System, [dnsServer]);
        var found = await new EndpointDiscovery(lookup).FindAsync(request, cancellationToken).ConfigureAwait(false);
        await streams.WriteVerboseAsync($"Endpoints {string.Join(", ", found.Endpoints)} from the SRV records of '{request.Domain}'.").ConfigureAwait(false);
        foreach (var ignored in found.Ignored)
        {
            await streams.WriteWarningAsync($"{ignored}.").ConfigureAwait(false);
        }

        // Else records that were kept from us would silently turn TLS off.
        foreach (var unanswered in found.Lookups.Where(l => !l.WasAnswered))
        {
            await streams.WriteWarningAsync($"{unanswered}.").ConfigureAwait(false);
        }

        return found;
    }
}
