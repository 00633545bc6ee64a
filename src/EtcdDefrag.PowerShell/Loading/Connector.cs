using System.Net;
using System.Runtime.CompilerServices;
using EtcdDefrag.Client;
using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection;
using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.PowerShell.Loading;

/// <summary>
/// The only place that names a type of EtcdDefrag.Client. Each method is compiled when it is first called and never inlined, so that
/// the assembly is looked for only after <see cref="ModuleLifetime"/> has said where it lies.
/// </summary>
internal static class Connector
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IEtcdConnector Create() => new EtcdConnector();

    /// <summary>Looks up SRV records.</summary>
    /// <param name="dnsServer">The resolver to ask; null for this machine's own.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IServiceLookup CreateServiceLookup(IPEndPoint? dnsServer) =>
        dnsServer is null ? new DnsServiceLookup(TimeProvider.System) : new DnsServiceLookup(TimeProvider.System, [dnsServer]);
}
