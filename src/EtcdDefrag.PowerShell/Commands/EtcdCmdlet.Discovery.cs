using System.Net;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;
using EtcdDefrag.PowerShell.Connecting;

namespace EtcdDefrag.PowerShell.Commands;

/// <content>Endpoints that are looked up in DNS.</content>
public abstract partial class EtcdCmdlet
{
    private const int DnsPort = 53;

    /// <summary>Where to look; null where nothing says so. A connection that is given is not mixed with what the variables say.</summary>
    private DiscoveryRequest? ReadDiscovery(EtcdctlVariables? variables)
    {
        bool? acceptInsecure = MyInvocation.BoundParameters.ContainsKey(nameof(InsecureDiscovery)) ? InsecureDiscovery : null;
        return variables is not null ? variables.ReadDiscovery(DiscoverySrv, DiscoverySrvName, acceptInsecure)
            : DiscoverySrv is not null ? new DiscoveryRequest(DiscoverySrv) { ServiceName = DiscoverySrvName, AcceptInsecure = acceptInsecure ?? false }
            : null;
    }

    private EtcdConnection Discover(DiscoveryRequest request, EtcdConnectionOptions options)
    {
        _isDiscovered = true;
        EtcdDiscovery? found = null;
        Await(async (streams, cancellationToken) => found = await DiscoveredEndpoints.FindAsync(request, ReadDnsServer(), streams, cancellationToken).ConfigureAwait(false));
        return new EtcdConnection(found!.Endpoints, options with { ServerName = options.ServerName ?? found.ServerName });
    }

    private IPEndPoint? ReadDnsServer()
    {
        if (DnsServer is null)
        {
            return null;
        }

        return IPEndPoint.TryParse(DnsServer, out var server)
            ? new IPEndPoint(server.Address, server.Port == 0 ? DnsPort : server.Port)
            : throw new EtcdSettingException($"DNS server '{DnsServer}'", "it is not an IP address", "Give its address, with a port where that is not 53: 10.0.0.53 or 127.0.0.1:5353.");
    }
}
